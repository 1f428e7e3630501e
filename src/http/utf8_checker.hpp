// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace grandstand::http {

// Whether text that comes in pieces is well-formed UTF-8 (RFC 3629), told at the first byte that cannot be.
class Utf8Checker {
 public:
  // False: what came so far cannot become well-formed.
  bool add(std::string_view piece);
  // Whether no code point is left unfinished.
  bool complete() const { return missing_ == 0; }
  void reset() { *this = {}; }

 private:
  std::uint8_t missing_ = 0;    // continuation bytes still to come
  std::uint8_t lowest_ = 0x80;  // what the next one may be: excludes overlong forms, surrogates and > U+10FFFF
  std::uint8_t highest_ = 0xBF;
};

}  // namespace grandstand::http
