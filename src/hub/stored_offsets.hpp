// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <span>

namespace grandstand::hub {

// Which of a room's events the store has. Events are stored in order, so one mark and the ranges of those that were
// given up say it all.
class StoredOffsets {
 public:
  // What happened to the offsets, each told once.
  void note(std::span<const std::uint64_t> offsets, bool stored) {
    for (const auto offset : offsets) {
      if (stored) {
        through_ = std::max(through_, offset);
      } else if (!given_up_.empty() && given_up_.back().last + 1 == offset) {
        given_up_.back().last = offset;
      } else {
        given_up_.push_back({offset, offset});
        if (given_up_.size() > kMaxRanges) given_up_.pop_front();
      }
    }
  }

  bool contains(std::uint64_t offset) const {
    return offset <= through_ &&
           std::ranges::none_of(given_up_, [&](const Range& r) { return r.first <= offset && offset <= r.last; });
  }

 private:
  struct Range {
    std::uint64_t first, last;
  };
  static constexpr std::size_t kMaxRanges = 256;

  std::uint64_t through_ = 0;
  std::deque<Range> given_up_;
};

}  // namespace grandstand::hub
