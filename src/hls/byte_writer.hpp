// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/assert.hpp>
#include <grandstand/base/bytes.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace grandstand::hls {

// Fills a buffer of known size from front to back, big-endian, and hands it out without another copy.
class ByteWriter {
 public:
  explicit ByteWriter(std::size_t size) : buffer_(std::make_shared_for_overwrite<std::uint8_t[]>(size)), size_(size) {}

  std::size_t position() const { return used_; }

  // The next `count` bytes, for the caller to fill.
  std::uint8_t* claim(std::size_t count) {
    GRANDSTAND_ASSERT(count <= size_ - used_);
    auto* const place = buffer_.get() + used_;
    used_ += count;
    return place;
  }

  void bytes(std::span<const std::uint8_t> source) {
    if (!source.empty()) std::memcpy(claim(source.size()), source.data(), source.size());
  }
  void text(std::string_view source) { std::memcpy(claim(source.size()), source.data(), source.size()); }
  void u8(std::uint8_t value) { *claim(1) = value; }
  void u32(std::uint32_t value) {
    auto* const place = claim(4);
    for (int i = 0; i < 4; ++i) place[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  void u64(std::uint64_t value) {
    u32(static_cast<std::uint32_t>(value >> 32));
    u32(static_cast<std::uint32_t>(value));
  }

  // What was written so far; the writer is empty afterwards.
  SharedBytes finish() && {
    const std::span<const std::uint8_t> written(buffer_.get(), used_);
    return SharedBytes(std::shared_ptr<const void>(std::move(buffer_)), written);
  }

 private:
  std::shared_ptr<std::uint8_t[]> buffer_;
  std::size_t size_;
  std::size_t used_ = 0;
};

}  // namespace grandstand::hls
