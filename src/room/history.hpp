// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/room/settings.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace grandstand::room {

// The room's latest stored events as wire texts, bounded by number and age.
class History {
 public:
  explicit History(const Settings& settings) : settings_(settings) {}

  std::uint64_t last_offset() const { return last_offset_; }

  // Keeps the text under the next offset.
  void append(SteadyTime now, std::string text);
  void forget_old(SteadyTime now);
  // Puts another text in the place of what the offset had, if it is still there.
  void replace(std::uint64_t offset, std::string text);

  // Every event after `offset`, comma-separated; none when a single one of them is missing or they are too many.
  std::optional<std::string> since(std::uint64_t offset) const;

 private:
  struct Entry {
    SteadyTime at;
    std::string text;
  };

  Settings settings_;
  std::deque<Entry> entries_;  // the last one has last_offset_
  std::uint64_t last_offset_ = 0;
};

}  // namespace grandstand::room
