// SPDX-License-Identifier: MIT
#pragma once

#include "segment_buffer.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/bytes.hpp>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace grandstand::hls {

// Writes a piece of known size of a segment from front to back, big-endian.
//
// Runs on: the channel's loop. The bytes are put together in memory that all writers of a thread use in turn, which
// stays in the processor's caches: one writer at a time.
class ByteWriter {
 public:
  ByteWriter(SegmentBuffer& buffer, std::size_t size) : buffer_(buffer), size_(size) {
    auto& bytes = scratch();
    if (bytes.size() < size) bytes.resize(size);
    begin_ = bytes.data();
  }

  std::size_t position() const { return used_; }

  // The next `count` bytes, for the caller to fill.
  std::uint8_t* claim(std::size_t count) {
    GRANDSTAND_ASSERT(count <= size_ - used_);
    auto* const place = begin_ + used_;
    used_ += count;
    return place;
  }

  void bytes(std::span<const std::uint8_t> source) {
    if (!source.empty()) std::memcpy(claim(source.size()), source.data(), source.size());
  }
  void text(std::string_view source) { std::memcpy(claim(source.size()), source.data(), source.size()); }
  void u32(std::uint32_t value) {
    auto* const place = claim(4);
    for (int i = 0; i < 4; ++i) place[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  void u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value >> 32));
    u32(static_cast<std::uint32_t>(value));
  }

  // The piece, when it is full.
  SharedBytes finish() && {
    GRANDSTAND_ASSERT(used_ == size_);
    return buffer_.keep({begin_, used_});
  }

 private:
  static std::vector<std::uint8_t>& scratch() {
    thread_local std::vector<std::uint8_t> bytes;
    return bytes;
  }

  SegmentBuffer& buffer_;
  std::uint8_t* begin_ = nullptr;
  std::size_t size_;
  std::size_t used_ = 0;
};

}  // namespace grandstand::hls
