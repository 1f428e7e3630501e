// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::dvr {

// A text that has been compressed for itself, so that texts made of many such pieces need not be compressed anew.
struct CompressedPiece {
  std::string deflated;  // RFC 1951 blocks, none of them the last, ending at a byte
  std::uint32_t checksum = 0;
  std::size_t size = 0;  // of the text
};
CompressedPiece compress_piece(std::string_view text);

// A text and its gzip form (RFC 1952), put together from pieces.
class GzipPieces {
 public:
  void append(std::string_view text);                                // compressed together with its neighbours
  void append(std::string_view text, const CompressedPiece& piece);  // which is the text's
  struct Whole {
    SharedBytes text;
    SharedBytes gzip;
  };
  Whole finish();

 private:
  void close_loose();
  void add(const CompressedPiece& piece);

  std::string text_;
  std::string gzip_{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10};
  std::uint32_t checksum_ = 0;
  std::size_t loose_ = 0;  // where in text_ what has not been compressed yet begins
};

}  // namespace grandstand::dvr
