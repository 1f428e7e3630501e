// SPDX-License-Identifier: MIT
#include "utf8_checker.hpp"

#include <cstring>

namespace grandstand::http {

bool Utf8Checker::add(std::string_view piece) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(piece.data());
  const auto* const end = at + piece.size();
  while (at != end) {
    if (missing_ == 0) {
      // Eight ASCII characters at a time: most of what people and programs write.
      std::uint64_t word = 0;
      while (end - at >= 8 && (std::memcpy(&word, at, 8), (word & 0x8080808080808080U) == 0)) at += 8;
      if (at == end) break;
    }
    const std::uint8_t byte = *at++;
    if (missing_ > 0) {
      if (byte < lowest_ || byte > highest_) return false;
      lowest_ = 0x80;
      highest_ = 0xBF;
      --missing_;
    } else if (byte >= 0x80) {
      // RFC 3629 4: the first byte decides how many follow, and within which range the second lies.
      if (byte < 0xC2 || byte > 0xF4) return false;
      missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      if (byte == 0xE0) lowest_ = 0xA0;
      if (byte == 0xED) highest_ = 0x9F;
      if (byte == 0xF0) lowest_ = 0x90;
      if (byte == 0xF4) highest_ = 0x8F;
    }
  }
  return true;
}

}  // namespace grandstand::http
