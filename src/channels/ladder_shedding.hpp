// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace grandstand::channels {

// Decides how many rungs of a ladder the machine carries, by how long pictures wait before they are worked on: when
// that lasts, the costliest rung goes; after a while it is tried again, each time later when it does not hold.
//
// Pure: time is given.
class LadderShedding {
 public:
  struct Limits {
    std::chrono::milliseconds late{500};        // a picture that waited longer is a sign
    std::chrono::milliseconds patience{1'500};  // for as long as there are only signs
    std::chrono::seconds settle{4};             // after a change: the queue empties
    std::chrono::seconds first_retry{60};
    std::chrono::seconds longest_retry{1'800};
  };

  // Never below `least` rungs.
  LadderShedding(std::size_t rungs, std::size_t least, Limits limits)
      : rungs_(rungs), least_(least), limits_(limits), running_(rungs), wait_(limits.first_retry) {}

  // A picture waited this long. The number of rungs to run from now on, when it changes.
  std::optional<std::size_t> observe(std::chrono::milliseconds waited, SteadyTime now);
  // The source's pictures changed: all are tried.
  void set_rungs(std::size_t rungs);

  std::size_t running() const { return running_; }
  std::size_t rungs() const { return rungs_; }

 private:
  std::size_t rungs_;
  std::size_t least_;
  Limits limits_;
  std::size_t running_;
  std::chrono::seconds wait_;
  std::optional<SteadyTime> late_since_;
  std::optional<SteadyTime> changed_at_;
  SteadyTime retry_at_{};
};

}  // namespace grandstand::channels
