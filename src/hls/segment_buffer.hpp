// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace grandstand::hls {

// The memory of one segment: its parts are written one behind the other, so that the segment is there without copying
// when its last part is. What does not fit into the room that was expected is put together at the end.
class SegmentBuffer {
 public:
  // `expected`: bytes that the segment will probably have; 0: it is written at once.
  explicit SegmentBuffer(std::size_t expected = 0) : expected_(expected) {}

  struct Place {
    std::shared_ptr<std::uint8_t[]> owner;
    std::uint8_t* begin = nullptr;
  };
  Place claim(std::size_t size) {
    if (!block_ || capacity_ - used_ < size) {
      capacity_ = pieces_.empty() ? std::max(expected_, size) : size;
      block_ = std::make_shared_for_overwrite<std::uint8_t[]>(capacity_);
      used_ = 0;
    }
    auto* const begin = block_.get() + used_;
    used_ += size;
    pieces_.push_back({block_.get(), begin, size});
    return {block_, begin};
  }

  std::size_t size() const {
    std::size_t sum = 0;
    for (const auto& piece : pieces_) sum += piece.size;
    return sum;
  }
  // All that was claimed, in order.
  SharedBytes whole() const {
    if (pieces_.empty()) return {};
    const bool one_block = std::all_of(pieces_.begin(), pieces_.end(),
                                       [&](const Piece& piece) { return piece.block == pieces_.front().block; });
    if (one_block) return SharedBytes(block_, {pieces_.front().begin, size()});
    auto copy = std::make_shared_for_overwrite<std::uint8_t[]>(size());
    auto* place = copy.get();
    for (const auto& piece : pieces_) {
      std::memcpy(place, piece.begin, piece.size);
      place += piece.size;
    }
    const std::span<const std::uint8_t> range(copy.get(), size());
    return SharedBytes(std::move(copy), range);
  }

 private:
  struct Piece {
    const std::uint8_t* block;
    const std::uint8_t* begin;
    std::size_t size;
  };
  std::size_t expected_;
  std::shared_ptr<std::uint8_t[]> block_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace grandstand::hls
