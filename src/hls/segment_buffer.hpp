// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/memory_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::hls {

// The memory of one segment at a time: its parts are written one behind the other, so that the segment is there without
// copying when its last part is. What does not fit into the room that was expected is put together at the end. It lies
// in files, for sockets to take it from there.
class SegmentBuffer {
 public:
  SegmentBuffer() : file_("segments", kSmallestFile) {}

  // Begins a segment, of which `expected` bytes will probably come.
  void begin(std::size_t expected) {
    pieces_.clear();
    if (expected > file_.chunk_bytes() / 2 || expected < file_.chunk_bytes() / 16) {
      // Few segments in a file, for memory is given back by files.
      file_.set_chunk_bytes(std::max(kSmallestFile, expected * 4));
    }
    file_.reserve(expected);
  }

  // A piece of the segment, behind what was kept before.
  SharedBytes keep(std::span<const std::uint8_t> piece) { return pieces_.emplace_back(file_.append(piece)); }

  bool empty() const { return pieces_.empty(); }
  std::size_t size() const {
    std::size_t size = 0;
    for (const auto& piece : pieces_) size += piece.size();
    return size;
  }
  // All that was kept, in order.
  SharedBytes whole() {
    if (pieces_.empty()) return {};
    auto joined = pieces_.front();
    for (std::size_t i = 1; i < pieces_.size() && !joined.empty(); ++i) joined = joined.joined_with(pieces_[i]);
    return joined.empty() ? copied_together() : joined;
  }

 private:
  static constexpr std::size_t kSmallestFile = std::size_t{256} << 10;

  SharedBytes copied_together() {
    std::vector<std::uint8_t> all;
    for (const auto& piece : pieces_) all.insert(all.end(), piece.data(), piece.data() + piece.size());
    return file_.append(all);
  }

  MemoryFile file_;
  std::vector<SharedBytes> pieces_;
};

}  // namespace grandstand::hls
