// SPDX-License-Identifier: MIT
#pragma once

#include "av_handles.hpp"
#include "time_unwrap.hpp"
#include "video_units.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace grandstand::ingest {

// One stream of an AvInput: makes samples of its packets. H.264 and HEVC become Annex B (from MP4's length prefixes,
// through libavcodec's filter) with parameter sets before each key picture, AV1 becomes temporal units without their
// delimiters, AAC loses its ADTS headers, DVB subtitles get the frame of a PES payload.
//
// Owner: AvInput.   Runs on: the reading thread.
class AvLane {
 public:
  // Empty when the codec is not one of ours.
  static std::optional<media::Codec> codec_of(const AVStream& stream);
  static Result<std::unique_ptr<AvLane>> create(AVFormatContext& context, AVStream& stream);

  const media::Track& track() const { return track_; }
  bool configured() const { return configured_; }

  // Adds what the packet makes to `samples`; true when track() became complete or changed. `packet` is consumed.
  Result<bool> convert(AVPacket& packet, TimeUnwrap& unwrap, std::vector<media::Sample>& samples);

 private:
  AvLane(AVStream& stream, media::Codec codec, std::uint32_t id);
  Status prepare_video(AVFormatContext& context);
  Status prepare_av1(std::span<const std::uint8_t> record);
  void configure_video(SharedBytes decoder_config, const VideoShape& shape);
  Status prepare_audio();
  void prepare_text();
  bool convert_video(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples);
  Result<bool> convert_av1(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples);
  bool convert_audio(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples);
  void convert_text(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples);
  std::optional<media::Sample> stamp(const AVPacket& packet, TimeUnwrap& unwrap);

  AVStream& stream_;
  media::Track track_;
  bool configured_ = false;
  AVRational time_base_ = kMediaBase;
  FilterHandle filter_;
  VideoUnits units_;
  double guessed_rate_ = 0;
  std::vector<std::uint8_t> parameter_sets_;  // from the container, Annex B
  std::vector<std::uint8_t> scratch_;
  std::optional<media::MediaTime> next_dts_;
};

}  // namespace grandstand::ingest
