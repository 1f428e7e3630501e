// SPDX-License-Identifier: MIT
#include "adts.hpp"

namespace grandstand::hls {

Status check_adts(const media::AacConfig& config) {
  if (config.core_object_type >= 1 && config.core_object_type <= 4 && config.frequency_index <= 12) return success();
  return Error{ErrorCode::kUnsupported, "AAC with object type " + std::to_string(config.core_object_type) +
                                            " and frequency index " + std::to_string(config.frequency_index) +
                                            " has no ADTS form; expected types 1 to 4, index 0 to 12."};
}

std::array<std::uint8_t, kAdtsHeaderSize> adts_header(const media::AacConfig& config, std::size_t payload) {
  const auto length = static_cast<std::uint32_t>(payload + kAdtsHeaderSize);
  const auto channels = static_cast<std::uint32_t>(config.channel_configuration);
  const auto profile = static_cast<std::uint32_t>(config.core_object_type - 1);
  const auto frequency = static_cast<std::uint32_t>(config.frequency_index);
  return {0xff,
          0xf1,  // MPEG-4, no CRC
          static_cast<std::uint8_t>(profile << 6 | frequency << 2 | channels >> 2),
          static_cast<std::uint8_t>((channels & 3) << 6 | (length >> 11 & 3)),
          static_cast<std::uint8_t>(length >> 3),
          static_cast<std::uint8_t>((length & 7) << 5 | 0x1f),
          0xfc};
}

}  // namespace grandstand::hls
