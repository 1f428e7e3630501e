// SPDX-License-Identifier: MIT
#include "segmenter.hpp"

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Sources round timestamps: a key frame this little early is on time.
constexpr MediaTime kRounding = milliseconds{50};
// Longer holes are not hidden in a segment's duration.
constexpr MediaTime kLargestHole = seconds{1};
// Pictures that are further behind the sound than this have stopped.
constexpr MediaTime kVideoLag = seconds{1};
// Samples of the time base before a break come no later than this before its end.
constexpr MediaTime kOverlap = milliseconds{500};
constexpr std::size_t kLargestSegmentBytes = 64u << 20;

}  // namespace

std::optional<MediaTime> Segmenter::restart(bool has_video) {
  has_video_ = has_video;
  return close();
}

std::optional<MediaTime> Segmenter::close() {
  waiting_since_.reset();
  if (!start_) return std::nullopt;
  closed_at_ = media_end_;
  // Sound may have run ahead of pictures that stopped: the playlist's promise goes first.
  const auto end = std::min(media_end_, *start_ + settings_.max_segment_duration);
  start_.reset();
  return end;
}

void Segmenter::move_to(MediaTime time) {
  closed_at_.reset();
  position_ = time;
}

Segmenter::Decision Segmenter::decide(const Frame& frame) {
  Decision decision;
  position_ = std::max(position_, frame.video || !has_video_ ? frame.pts : frame.pts - kVideoLag);
  if (start_ && frame.resumes) media_end_ = std::min(media_end_, frame.pts);  // sound may have run ahead
  if (start_ && frame.follows && frame.pts - *start_ <= settings_.max_segment_duration) {
    media_end_ = std::max(media_end_, frame.pts);
  }
  if (start_ && (frame.resumes || frame.pts - media_end_ > kLargestHole)) {
    decision.end = close();
    decision.broken = true;
  }
  if (start_) {
    cut(frame, decision);
  } else {
    open(frame, decision);
  }
  if (decision.start) {
    start_ = decision.start;
    bytes_ = 0;
    waiting_since_.reset();
  }
  if (start_) {
    media_end_ = std::max(media_end_, frame.pts + frame.duration);
    bytes_ += frame.bytes;
  }
  return decision;
}

void Segmenter::cut(const Frame& frame, Decision& decision) {
  const auto length = frame.pts - *start_;
  if (frame.video || !has_video_) {
    if (length <= MediaTime{0}) return;
    const bool splice = splice_ && frame.key && frame.pts >= *splice_ - kRounding;
    if (splice) splice_.reset();
    const bool due =
        splice || (frame.key && length >= settings_.segment_duration - (frame.video ? kRounding : MediaTime{0}));
    const bool late = length + frame.duration > settings_.max_segment_duration || bytes_ > kLargestSegmentBytes;
    if (!due && !late) return;
    // When the frame comes behind a hole, the boundary lies in the hole: no segment is longer than the playlist
    // promises.
    decision.end = decision.start = *start_ + std::min(length, settings_.max_segment_duration);
    decision.independent = frame.key;
    decision.forced = !due;
    return;
  }
  if (position_ - *start_ < settings_.max_segment_duration) return;
  decision.end = decision.start = *start_ + settings_.max_segment_duration;
  decision.independent = false;
  decision.forced = true;
}

void Segmenter::open(const Frame& frame, Decision& decision) {
  if (!waiting_since_) waiting_since_ = frame.pts;
  const bool patience_over = position_ - *waiting_since_ >= settings_.max_segment_duration;
  const bool belongs = !closed_at_ || frame.pts >= *closed_at_ - kOverlap;
  const bool fits = !has_video_ || (frame.video && frame.key) || patience_over;
  if (belongs && fits) {
    decision.start = frame.pts;
    decision.independent = frame.key && (frame.video || !has_video_);
    decision.forced = !decision.independent;
    media_end_ = frame.pts;
    return;
  }
  // Sound may still belong to the segment before or to the one to come.
  decision.keep = !frame.video;
}

}  // namespace grandstand::hls
