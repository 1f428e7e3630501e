// SPDX-License-Identifier: MIT
#pragma once

#include "rtmp_message.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace grandstand::ingest {

// Cuts messages into RTMP chunks: format 0 first, then format 3 with the extended timestamp repeated.
class RtmpChunkWriter {
 public:
  // What the peer was told by Set Chunk Size; 128 before.
  void set_chunk_size(std::size_t size) { chunk_size_ = size; }

  // `chunk_stream` is 2..63.
  void append(std::vector<std::uint8_t>& out, std::uint8_t chunk_stream, const RtmpMessage& message) const;

 private:
  std::size_t chunk_size_ = 128;
};

}  // namespace grandstand::ingest
