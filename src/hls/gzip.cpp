// SPDX-License-Identifier: MIT
#include "gzip.hpp"

#include <grandstand/base/assert.hpp>

#include <vector>

#include <zlib.h>

namespace grandstand::hls {

SharedBytes gzip(std::string_view text) {
  // A window of 4 KB and 32 KB of state: enough for playlists, and an eighth of the work of clearing the usual 256 KB.
  constexpr int kWindowBits = 12 + 16;
  constexpr int kMemoryLevel = 5;
  z_stream stream{};
  const int begun = deflateInit2(&stream, 6, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY);
  GRANDSTAND_ASSERT(begun == Z_OK);
  std::vector<std::uint8_t> out(deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  GRANDSTAND_ASSERT(done == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return SharedBytes(std::move(out));
}

}  // namespace grandstand::hls
