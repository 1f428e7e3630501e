// SPDX-License-Identifier: MIT
#include "aac_config.hpp"

namespace grandstand::hls {
namespace {

constexpr int kExplicitFrequency = 15;

class Bits {
 public:
  explicit Bits(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  int take(int count) {
    int value = 0;
    for (; count > 0; --count, ++at_) {
      if (at_ / 8 >= bytes_.size()) return exhausted_ = true, 0;
      value = value << 1 | (bytes_[at_ / 8] >> (7 - at_ % 8) & 1);
    }
    return value;
  }
  int object_type() {
    const int type = take(5);
    return type == 31 ? 32 + take(6) : type;
  }
  bool exhausted() const { return exhausted_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool exhausted_ = false;
};

}  // namespace

Result<AacConfig> parse_aac_config(std::span<const std::uint8_t> config) {
  Bits bits(config);
  AacConfig parsed;
  parsed.object_type = parsed.core_object_type = bits.object_type();
  parsed.frequency_index = bits.take(4);
  if (parsed.frequency_index == kExplicitFrequency) bits.take(24);
  parsed.channel_configuration = bits.take(4);
  if (parsed.object_type == 5 || parsed.object_type == 29) {
    if (bits.take(4) == kExplicitFrequency) bits.take(24);
    parsed.core_object_type = bits.object_type();
  }
  if (bits.exhausted()) {
    return Error{ErrorCode::kInvalidArgument, "The AudioSpecificConfig ends too early: " +
                                                  std::to_string(config.size()) + " bytes, expected at least 2."};
  }
  if (parsed.core_object_type < 1 || parsed.core_object_type > 4 || parsed.frequency_index > 12) {
    return Error{ErrorCode::kUnsupported, "AAC with object type " + std::to_string(parsed.core_object_type) +
                                              " and frequency index " + std::to_string(parsed.frequency_index) +
                                              " has no ADTS form; expected types 1 to 4, index 0 to 12."};
  }
  return parsed;
}

std::array<std::uint8_t, kAdtsHeaderSize> adts_header(const AacConfig& config, std::size_t payload) {
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
