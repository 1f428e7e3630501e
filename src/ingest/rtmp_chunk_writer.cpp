// SPDX-License-Identifier: MIT
#include "rtmp_chunk_writer.hpp"

#include <algorithm>

namespace grandstand::ingest {

namespace {

constexpr std::uint32_t kExtended = 0xFFFFFF;

void append_number(std::vector<std::uint8_t>& out, std::uint32_t value, unsigned byte_count) {
  while (byte_count-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * byte_count)));
}

}  // namespace

void RtmpChunkWriter::append(std::vector<std::uint8_t>& out, std::uint8_t chunk_stream,
                             const RtmpMessage& message) const {
  const bool extended = message.timestamp >= kExtended;
  out.push_back(chunk_stream);
  append_number(out, std::min(message.timestamp, kExtended), 3);
  append_number(out, static_cast<std::uint32_t>(message.payload.size()), 3);
  out.push_back(message.type);
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(message.stream >> shift));
  if (extended) append_number(out, message.timestamp, 4);
  auto rest = message.payload.begin();
  while (true) {
    const auto left = static_cast<std::size_t>(message.payload.end() - rest);
    const auto end = rest + static_cast<std::ptrdiff_t>(std::min(chunk_size_, left));
    out.insert(out.end(), rest, end);
    rest = end;
    if (rest == message.payload.end()) return;
    out.push_back(0xC0 | chunk_stream);
    if (extended) append_number(out, message.timestamp, 4);
  }
}

}  // namespace grandstand::ingest
