// SPDX-License-Identifier: MIT
#include "flv_video_lane.hpp"

#include "flv_av1.hpp"

#include <algorithm>
#include <cstdlib>

namespace grandstand::ingest {

namespace {

using media::MediaTime;

constexpr std::int64_t kTicksPerMs = 90;
constexpr std::int32_t kMaxComposition = 5'000;  // ms

}  // namespace

Result<media::Track> FlvVideoLane::configure(media::Codec codec, std::span<const std::uint8_t> record) {
  GRANDSTAND_TRY(auto config, parse_video_config(codec, record));
  media::Track track;
  track.id = track_;
  track.codec = config.codec;
  track.decoder_config = config.decoder_config;
  const auto bytes = track.decoder_config.span();
  GRANDSTAND_TRY(const auto shape,
                 track.codec == media::Codec::kAv1 ? read_av1_shape(bytes) : read_video_shape(track.codec, bytes));
  track.width = shape.width;
  track.height = shape.height;
  track.frame_rate = shape.frame_rate;
  if (!config_ || config_->decoder_config != config.decoder_config) regular_.set_rate(shape.frame_rate);
  config_ = std::move(config);
  return track;
}

Result<std::optional<media::Sample>> FlvVideoLane::picture(media::Codec codec, std::vector<std::uint8_t> bytes,
                                                           std::size_t offset, MediaTime stated,
                                                           std::int32_t composition) {
  if (!config_) return std::optional<media::Sample>();
  const bool av1 = config_->codec == media::Codec::kAv1;
  if (codec == media::Codec::kAv1 && !av1) {
    return Error{ErrorCode::kInvalidArgument, "an AV1 picture without its sequence header"};
  }
  GRANDSTAND_TRY(auto picture,
                 av1 ? to_temporal_unit(std::move(bytes), offset) : to_annex_b(*config_, std::move(bytes), offset));
  if (!picture.has_slice) return std::optional<media::Sample>();
  if (std::abs(composition) > kMaxComposition) composition = 0;  // damaged; it would displace all that follows
  // A negative composition time says that decoding times are late; the display times are right, so those stay.
  const MediaTime ahead = regular_.composition(MediaTime(composition * kTicksPerMs));
  delay_ = std::max(delay_, -ahead);
  const MediaTime regular = regular_.decoding(stated);
  media::Sample sample;
  sample.track = track_;
  sample.dts = std::max(regular - delay_, last_dts_ + MediaTime(1));
  sample.pts = std::max(regular + ahead, sample.dts);
  sample.key = picture.key;
  sample.data = std::move(picture.data);
  last_dts_ = sample.dts;
  return std::optional(std::move(sample));
}

void FlvVideoLane::restart() {
  last_dts_ = kNever;
  delay_ = MediaTime(0);
  regular_.restart();
}

}  // namespace grandstand::ingest
