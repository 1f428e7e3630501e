// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::ingest {

// A sequence header: AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord (ISO/IEC 14496-15), or AV1's.
struct FlvVideoConfig {
  media::Codec codec = media::Codec::kH264;
  std::size_t length_size = 4;  // of the number before each NAL unit
  SharedBytes decoder_config;   // as in media::Track
};

// `expected` is what the tag said; a record of the other kind is found out and believed (encoders mislabel HEVC).
Result<FlvVideoConfig> parse_video_config(media::Codec expected, std::span<const std::uint8_t> record);

// A picture in Annex B, or a temporal unit of AV1.
struct FlvPicture {
  SharedBytes data;
  bool key = false;
  bool has_slice = false;  // otherwise parameter sets or messages only
};

// Turns NAL units with lengths in front, from `offset` on, into Annex B; without copying when the lengths have 4 bytes.
Result<FlvPicture> to_annex_b(const FlvVideoConfig& config, std::vector<std::uint8_t> bytes, std::size_t offset);

}  // namespace grandstand::ingest
