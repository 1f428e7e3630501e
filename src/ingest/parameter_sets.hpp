// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <span>

namespace grandstand::ingest {

// Size and rate of a picture, as the codec's own headers say.
struct VideoShape {
  int width = 0;  // the cropped size, as displayed
  int height = 0;
  double frame_rate = 0;    // 0 when the stream does not say
  bool interlaced = false;  // H.264: frames may be coded as fields; HEVC: the source was; MPEG-2: the picture is
  int bit_rate = 0;         // bit/s, 0 when the stream does not say
};

// From the parameter sets (Annex B) of an H.264 or HEVC stream, or the sequence header of an MPEG-2 one.
Result<VideoShape> read_video_shape(media::Codec codec, std::span<const std::uint8_t> parameter_sets);

// An AAC track (id 0) with decoder_config, sample_rate and channels. The rate is that of the AAC core: a frame lasts
// 1024 of its samples, also in HE-AAC.
Result<media::Track> describe_aac(std::span<const std::uint8_t> audio_specific_config);

}  // namespace grandstand::ingest
