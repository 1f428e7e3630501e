// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/aac_config.hpp>

#include <array>
#include <cstdint>

namespace grandstand::hls {

constexpr std::size_t kAdtsHeaderSize = 7;

// An error when frames of this configuration cannot be sent with ADTS headers (ISO/IEC 13818-7 6.2).
Status check_adts(const media::AacConfig& config);

// The header without CRC for one frame of `payload` bytes.
std::array<std::uint8_t, kAdtsHeaderSize> adts_header(const media::AacConfig& config, std::size_t payload);

}  // namespace grandstand::hls
