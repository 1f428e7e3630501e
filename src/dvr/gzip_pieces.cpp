// SPDX-License-Identifier: MIT
#include "gzip_pieces.hpp"

#include <grandstand/base/assert.hpp>

#include <zlib.h>

namespace grandstand::dvr {

CompressedPiece compress_piece(std::string_view text) {
  CompressedPiece piece;
  piece.size = text.size();
  const auto* bytes = reinterpret_cast<const Bytef*>(text.data());
  piece.checksum = static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(text.size())));
  z_stream stream{};
  constexpr int kRaw = -13;  // a window of 8 KB, no header
  const int begun = deflateInit2(&stream, 6, Z_DEFLATED, kRaw, 6, Z_DEFAULT_STRATEGY);
  GRANDSTAND_ASSERT(begun == Z_OK);
  piece.deflated.resize(deflateBound(&stream, text.size()) + 16);
  stream.next_in = const_cast<Bytef*>(bytes);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(piece.deflated.data());
  stream.avail_out = static_cast<uInt>(piece.deflated.size());
  const int done = deflate(&stream, Z_FULL_FLUSH);
  GRANDSTAND_ASSERT(done == Z_OK && stream.avail_in == 0);
  piece.deflated.resize(stream.total_out);
  deflateEnd(&stream);
  return piece;
}

void GzipPieces::append(std::string_view text) {
  text_ += text;
}

void GzipPieces::append(std::string_view text, const CompressedPiece& piece) {
  close_loose();
  text_ += text;
  add(piece);
  loose_ = text_.size();
}

void GzipPieces::close_loose() {
  if (loose_ == text_.size()) return;
  add(compress_piece(std::string_view(text_).substr(loose_)));
  loose_ = text_.size();
}

void GzipPieces::add(const CompressedPiece& piece) {
  gzip_ += piece.deflated;
  checksum_ = static_cast<std::uint32_t>(crc32_combine(checksum_, piece.checksum, static_cast<z_off_t>(piece.size)));
}

GzipPieces::Whole GzipPieces::finish() {
  close_loose();
  gzip_ += std::string_view("\x03\x00", 2);  // an empty last block
  for (const auto word : {checksum_, static_cast<std::uint32_t>(text_.size())}) {
    for (int shift = 0; shift < 32; shift += 8) gzip_ += static_cast<char>(word >> shift & 0xFF);
  }
  return {SharedBytes(std::move(text_)), SharedBytes(std::move(gzip_))};
}

}  // namespace grandstand::dvr
