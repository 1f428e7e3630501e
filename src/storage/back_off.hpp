// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <algorithm>
#include <chrono>
#include <random>

namespace grandstand::storage {

// How long to leave a database alone that cannot be reached: doubling from 100 ms to 5 s, with jitter so that many
// daemons do not come back at once.
class BackOff {
 public:
  bool is_over(SteadyTime now) const { return now >= until_; }
  SteadyTime until() const { return until_; }

  void fail(SteadyTime now) {
    const double share = std::uniform_real_distribution<double>(0.5, 1.0)(random_);
    until_ = now + std::chrono::duration_cast<SteadyTime::duration>(delay_ * share);
    delay_ = std::min(delay_ * 2, std::chrono::duration<double>(5));
  }
  void succeed() {
    delay_ = std::chrono::duration<double>(0.1);
    until_ = {};
  }

 private:
  std::chrono::duration<double> delay_{0.1};
  SteadyTime until_{};
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace grandstand::storage
