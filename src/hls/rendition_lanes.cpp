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

// Players stop where the sound of a rendition does. What is missing of it becomes silence: between two frames, and when
// nothing came for so long that it would be too late.
void Rendition::fill_with_silence(Lane& lane, const PartPlan& part) {
  if (!lane.silence) return;
  if (!lane.taken || (part.first && part.segment->fresh)) lane.taken = part.start;
  const bool given_up = lane.silent && *part.end - lane.heard >= kTooLate;
  std::size_t i = 0;
  for (; i < lane.queue.size() && lane.times[i] < *part.end; ++i) {
    i += insert_silence(lane, i, lane.times[i]);
    lane.taken = std::max(*lane.taken, lane.times[i] + std::max(lane.queue[i].duration, lane.silence->duration));
  }
  if (i < lane.queue.size() && goes_on()) {
    insert_silence(lane, i, std::min(lane.times[i], *part.end + kTooLate));
  } else if (given_up) {
    insert_silence(lane, i, *part.end);
  }
}

// Before sample `at` of the lane; how many frames. One frame that is missing is bridged by the one before.
std::size_t Rendition::insert_silence(Lane& lane, std::size_t at, MediaTime until) {
  const auto frame = lane.silence->duration;
  if (until - *lane.taken < 2 * frame) return 0;
  std::vector<media::Sample> frames;
  std::vector<MediaTime> times;
  for (; until - *lane.taken >= frame; *lane.taken += frame) {
    times.push_back(*lane.taken);
    frames.push_back({.track = lane.input.track.id,
                      .dts = *lane.taken,
                      .pts = *lane.taken,
                      .duration = frame,
                      .key = true,
                      .data = lane.silence->frame});
  }
  const auto place = static_cast<std::ptrdiff_t>(at);
  lane.queue.insert(lane.queue.begin() + place, frames.begin(), frames.end());
  lane.times.insert(lane.times.begin() + place, times.begin(), times.end());
  lane.filled = *lane.taken;
  return frames.size();
}

bool Rendition::nothing_but_silence(const std::vector<std::size_t>& counts) const {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const auto& lane = lanes_[i];
    if (counts[i] > 0 && !lane.silence) return false;
    const auto is_silence = [&](const auto& sample) { return sample.data.data() == lane.silence->frame.data(); };
    if (!std::all_of(lane.queue.begin(), lane.queue.begin() + static_cast<std::ptrdiff_t>(counts[i]), is_silence)) {
      return false;
    }
  }
  return true;
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

// What comes next is of the same time as this part.
bool Rendition::goes_on() const {
  return parts_.size() >= 2 && !(parts_[1].first && parts_[1].segment->fresh);
}

std::optional<MediaTime> Rendition::seamless_next(const Lane& lane, std::size_t count) const {
  if (count >= lane.queue.size() || !goes_on()) return std::nullopt;
  // What is missing in between is bridged by the one before: players stop at holes.
  if (lane.queue[count].dts <= lane.queue[count - 1].dts) return std::nullopt;
  return lane.queue[count].dts;
}

}  // namespace grandstand::hls
