// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace grandstand::media {

// Reads bits, most significant first. Past the end it gives zeros and ok() becomes false.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool ok() const { return position_ <= bytes_.size() * 8; }

  std::uint32_t bit() {
    const std::size_t at = position_++;
    if (at >= bytes_.size() * 8) return 0;
    return (bytes_[at / 8] >> (7 - at % 8)) & 1U;
  }

  // `count` <= 32.
  std::uint32_t bits(unsigned count) {
    std::uint32_t value = 0;
    while (count-- > 0) value = (value << 1) | bit();
    return value;
  }

  void skip(std::size_t count) { position_ += count; }

  // Exp-Golomb codes (ITU-T H.264 9.1).
  std::uint32_t unsigned_golomb() {
    unsigned zeros = 0;
    while (zeros < 32 && ok() && bit() == 0) ++zeros;
    if (zeros >= 32) return 0;
    return ((1U << zeros) - 1) + bits(zeros);
  }
  std::int32_t signed_golomb() {
    const std::uint32_t code = unsigned_golomb();
    const auto half = static_cast<std::int32_t>((code + 1) / 2);
    return code % 2 == 1 ? half : -half;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

}  // namespace grandstand::media
