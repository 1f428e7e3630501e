// SPDX-License-Identifier: MIT
#include "compression.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <lzma.h>
#include <zlib.h>

namespace grandstand::guide {

namespace {

// Counts what comes out and stops beyond the limit.
struct Outlet {
  std::size_t limit;
  const std::function<Status(std::string_view)>& take;

  Status give(std::string_view piece) {
    if (piece.size() > limit) return Error{ErrorCode::kTooLarge, "the document is larger than allowed, unpacked"};
    limit -= piece.size();
    return piece.empty() ? success() : take(piece);
  }
};

Error broken(const char* format) {
  return {ErrorCode::kInvalidArgument, std::string("the ") + format + " packing of the document is broken"};
}

Status unpack_gzip(std::string_view document, Outlet outlet) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return Error{ErrorCode::kInternal, "zlib has no memory"};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(document.data()));
  stream.avail_in = static_cast<uInt>(document.size());
  std::array<char, 64 * 1024> buffer;
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int outcome = inflate(&stream, Z_NO_FLUSH);
    if (outcome != Z_OK && outcome != Z_STREAM_END) return broken("gzip");
    GRANDSTAND_RETURN_IF_ERROR(outlet.give({buffer.data(), buffer.size() - stream.avail_out}));
    if (outcome != Z_STREAM_END) continue;
    if (stream.avail_in == 0) return success();
    if (inflateReset(&stream) != Z_OK) return broken("gzip");  // another member
  }
}

Status unpack_xz(std::string_view document, Outlet outlet) {
  constexpr std::uint64_t kMemory = 128u << 20;
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kMemory, LZMA_CONCATENATED) != LZMA_OK) {
    return Error{ErrorCode::kInternal, "liblzma has no memory"};
  }
  const std::unique_ptr<lzma_stream, void (*)(lzma_stream*)> end(&stream, lzma_end);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(document.data());
  stream.avail_in = document.size();
  std::array<char, 64 * 1024> buffer;
  while (true) {
    stream.next_out = reinterpret_cast<std::uint8_t*>(buffer.data());
    stream.avail_out = buffer.size();
    const auto outcome = lzma_code(&stream, LZMA_FINISH);
    if (outcome != LZMA_OK && outcome != LZMA_STREAM_END) return broken("xz");
    GRANDSTAND_RETURN_IF_ERROR(outlet.give({buffer.data(), buffer.size() - stream.avail_out}));
    if (outcome == LZMA_STREAM_END) return success();
  }
}

}  // namespace

Status unpack(std::string_view document, std::size_t limit, const std::function<Status(std::string_view)>& take) {
  const Outlet outlet{limit, take};
  if (document.starts_with("\x1F\x8B")) return unpack_gzip(document, outlet);
  if (document.starts_with(std::string_view("\xFD"
                                            "7zXZ\0",
                                            6))) {
    return unpack_xz(document, outlet);
  }
  return Outlet(outlet).give(document);
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, deflateEnd);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
  packed.resize(stream.total_out);
  return packed;
}

}  // namespace grandstand::guide
