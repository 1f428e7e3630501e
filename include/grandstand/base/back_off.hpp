// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace grandstand {

// How long to wait before trying again: doubling from `first` to `longest`, each shortened at random by up to a
// quarter, so that many that fell together do not come back together.
//
// Pure but for the seed.
class BackOff {
 public:
  BackOff(std::chrono::milliseconds first, std::chrono::milliseconds longest, std::uint32_t seed)
      : first_(first), longest_(longest), step_(first), random_(seed) {}

  std::chrono::milliseconds next() {
    const auto full = step_;
    step_ = std::min(step_ * 2, longest_);
    std::uniform_int_distribution<std::int64_t> shorter(0, full.count() / 4);
    return full - std::chrono::milliseconds{shorter(random_)};
  }

  // It worked: the next failure begins anew.
  void reset() { step_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds step_;
  std::minstd_rand random_;
};

}  // namespace grandstand
