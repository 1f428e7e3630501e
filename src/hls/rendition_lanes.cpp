// SPDX-License-Identifier: MIT
// Which samples of a track belong to a part.
#include "rendition.hpp"

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Sound that comes after its part goes into the next one, unless it is older than this.
constexpr MediaTime kTooLate = seconds{2};
constexpr MediaTime kFrame = milliseconds{30};
// Key frames of encodings of the same pictures are at the same times, but for rounding.
constexpr MediaTime kSameKeyFrame = milliseconds{20};

}  // namespace

// How many samples at the front of the lane belong to the part; throws away what belongs to none.
std::size_t Rendition::take(Lane& lane, const PartPlan& part) {
  if (lane.input.lead) return std::min<std::size_t>(lane.queue.size(), part.lead_end - lead_taken_);
  if (lane.picture()) return take_pictures(lane, part);
  if (lane.subtitles()) return take_subtitles(lane, part);
  return lane.text() ? take_cues(lane, part) : take_sound(lane, part);
}

std::size_t Rendition::take_subtitles(Lane& lane, const PartPlan& part) {
  const auto last =
      std::find_if(lane.times.begin(), lane.times.end(), [&](MediaTime time) { return time >= *part.end; });
  return static_cast<std::size_t>(last - lane.times.begin());
}

std::size_t Rendition::take_sound(Lane& lane, const PartPlan& part) {
  const auto& times = lane.times;
  const bool fresh = part.first && part.segment->fresh;
  const auto earliest = fresh ? part.start : part.start - kTooLate;
  const auto first = std::find_if(times.begin(), times.end(), [&](MediaTime time) { return time >= earliest; });
  const auto dropped = first - times.begin();
  if (!fresh) settings_.late_samples.add(static_cast<double>(dropped));
  lane.drop(static_cast<std::size_t>(dropped));
  const auto last = std::find_if(times.begin(), times.end(), [&](MediaTime time) { return time >= *part.end; });
  const auto late = std::count_if(times.begin(), last, [&](MediaTime time) { return time < part.start - kFrame; });
  settings_.late_samples.add(static_cast<double>(late));
  return static_cast<std::size_t>(last - times.begin());
}

std::size_t Rendition::take_pictures(Lane& lane, const PartPlan& part) {
  std::size_t late = 0;
  if (part.first && part.segment->fresh) lane.flowing = false;
  while (late < lane.queue.size() && lane.times[late] < part.start - kSameKeyFrame) ++late;
  if (late > 0 && lane.flowing) {
    settings_.late_samples.add(static_cast<double>(late));
    lane.flowing = false;
  }
  lane.drop(late);
  const auto belongs = [&](std::size_t i) {
    // The segment to come begins with this key frame.
    if (part.last && lane.queue[i].key && lane.times[i] >= *part.end - kSameKeyFrame) return false;
    return lane.times[i] < *part.end;
  };
  if (!lane.flowing) {
    lane.flowing = part.first && !lane.queue.empty() && lane.queue[0].key && belongs(0) &&
                   lane.times[0] <= part.start + kSameKeyFrame;
    // Pictures that depend on missing ones are of no use.
    if (!lane.flowing) {
      std::size_t useless = 0;
      while (useless < lane.queue.size() && belongs(useless)) ++useless;
      lane.drop(useless);
      return 0;
    }
  }
  std::size_t count = 0;
  while (count < lane.queue.size() && belongs(count)) ++count;
  return count;
}

// A cue is in every segment in which it is shown.
std::size_t Rendition::take_cues(Lane& lane, const PartPlan& part) {
  for (std::size_t i = 0; i < lane.queue.size();) {
    if (lane.times[i] + lane.queue[i].duration > part.start) {
      ++i;
      continue;
    }
    lane.queue.erase(lane.queue.begin() + static_cast<std::ptrdiff_t>(i));
    lane.times.erase(lane.times.begin() + static_cast<std::ptrdiff_t>(i));
  }
  const auto last =
      std::find_if(lane.times.begin(), lane.times.end(), [&](MediaTime time) { return time >= *part.end; });
  return static_cast<std::size_t>(last - lane.times.begin());
}

std::optional<MediaTime> Rendition::seamless_next(const Lane& lane, std::size_t count) const {
  if (count >= lane.queue.size() || parts_.size() < 2) return std::nullopt;
  if (parts_[1].first && parts_[1].segment->fresh) return std::nullopt;
  // What is missing in between is bridged by the one before: players stop at holes.
  if (lane.queue[count].dts <= lane.queue[count - 1].dts) return std::nullopt;
  return lane.queue[count].dts;
}

}  // namespace grandstand::hls
