// SPDX-License-Identifier: MIT
#include "flv_audio_lane.hpp"

#include "flv_audio.hpp"

#include <algorithm>

namespace grandstand::ingest {

namespace {

using media::MediaTime;

constexpr MediaTime kRounding{180};  // 2 ms

}  // namespace

Result<media::Track> FlvAudioLane::configure(media::Codec codec, std::span<const std::uint8_t> bytes) {
  GRANDSTAND_TRY(auto track, describe_audio(codec, bytes));
  track.id = track_;
  if (described_ != track) {
    anchor_ = std::nullopt;
    described_ = track;
  }
  return track;
}

MediaTime FlvAudioLane::counted(std::int64_t samples) const {
  return *anchor_ + MediaTime(samples * 90'000 / described_->sample_rate);
}

// Timestamps are rounded to milliseconds; as long as they agree with the count of samples, the count is exact.
Result<std::optional<media::Sample>> FlvAudioLane::frame(media::Codec codec, std::vector<std::uint8_t> bytes,
                                                         std::size_t offset, MediaTime stated) {
  if (!described_ || described_->codec != codec) return std::optional<media::Sample>();
  const int length = audio_frame_samples(codec, std::span(bytes).subspan(offset));
  if (length <= 0) return Error{ErrorCode::kInvalidArgument, "a damaged audio frame"};
  MediaTime dts = stated;
  if (anchor_) {
    dts = counted(samples_);
    if (std::chrono::abs(stated - dts) > kRounding) anchor_ = std::nullopt;
  }
  if (!anchor_) {
    anchor_ = dts = stated;
    samples_ = 0;
  }
  media::Sample sample;
  sample.track = track_;
  sample.dts = sample.pts = std::max(dts, last_dts_ + MediaTime(1));
  sample.duration = counted(samples_ + length) - counted(samples_);
  samples_ += length;
  last_dts_ = sample.dts;
  sample.key = true;
  const SharedBytes whole(std::move(bytes));
  sample.data = whole.slice(offset, whole.size() - offset);
  return std::optional(std::move(sample));
}

void FlvAudioLane::restart() {
  last_dts_ = kNever;
  anchor_ = std::nullopt;
}

}  // namespace grandstand::ingest
