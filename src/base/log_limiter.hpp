// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace grandstand::log {

// Decides which lines of a flood are written: at most `burst` per second of one message text.
class Limiter {
 public:
  explicit Limiter(unsigned burst) : burst_(burst) {}

  struct Verdict {
    bool write = true;
    std::uint64_t left_out = 0;  // lines of this message suppressed since the last one written
  };
  Verdict admit(std::string_view component, std::string_view message, SteadyTime now) {
    if (burst_ == 0) return {};
    // Messages are constant texts, so the table is small; the bound is for the day when somebody forgets that.
    if (windows_.size() > 4'096) windows_.clear();
    auto& window = windows_[std::string(component).append(1, '\0').append(message)];
    if (now - window.start >= std::chrono::seconds(1)) {
      window.start = now;
      window.written = 0;
    }
    if (window.written >= burst_) {
      ++window.left_out;
      return {false, 0};
    }
    ++window.written;
    Verdict verdict{true, window.left_out};
    window.left_out = 0;
    return verdict;
  }

 private:
  struct Window {
    SteadyTime start{};
    unsigned written = 0;
    std::uint64_t left_out = 0;
  };
  unsigned burst_;
  std::map<std::string, Window> windows_;
};

}  // namespace grandstand::log
