// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace grandstand::ingest {

// Calls `visit(tag, body)` for each whole descriptor of a loop (ISO/IEC 13818-1 2.6). False when the last is cut short.
template <class Visit>
bool for_each_descriptor(std::span<const std::uint8_t> loop, Visit visit) {
  while (loop.size() >= 2) {
    const std::size_t length = loop[1];
    if (loop.size() < 2 + length) return false;
    visit(loop[0], loop.subspan(2, length));
    loop = loop.subspan(2 + length);
  }
  return loop.empty();
}

inline std::uint16_t read_16_bits(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

}  // namespace grandstand::ingest
