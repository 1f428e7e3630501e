// SPDX-License-Identifier: MIT
#pragma once

#include "flv_video.hpp"
#include "parameter_sets.hpp"

namespace grandstand::ingest {

// AV1CodecConfigurationRecord (AV1 in ISOBMFF 2.3.3): the sequence header OBU, with a size in its header.
Result<FlvVideoConfig> parse_av1_record(std::span<const std::uint8_t> record);

// From a sequence header OBU (AV1 specification 5.5).
Result<VideoShape> read_av1_shape(std::span<const std::uint8_t> sequence_header_obu);

// The OBUs from `offset` on, each with a size, without temporal delimiters and padding; without copying when they are
// so already.
Result<FlvPicture> to_temporal_unit(std::vector<std::uint8_t> bytes, std::size_t offset);

}  // namespace grandstand::ingest
