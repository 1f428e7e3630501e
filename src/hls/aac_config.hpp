// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace grandstand::hls {

// What ADTS headers and CODECS need of an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
struct AacConfig {
  int object_type = 2;       // as signalled: 2 AAC-LC, 5 HE-AAC, 29 HE-AACv2
  int core_object_type = 2;  // of the core coder below SBR
  int frequency_index = 3;   // of the core coder
  int channel_configuration = 2;
};

Result<AacConfig> parse_aac_config(std::span<const std::uint8_t> config);

constexpr std::size_t kAdtsHeaderSize = 7;

// The header without CRC for one frame of `payload` bytes.
std::array<std::uint8_t, kAdtsHeaderSize> adts_header(const AacConfig& config, std::size_t payload);

}  // namespace grandstand::hls
