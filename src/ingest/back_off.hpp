// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace grandstand::ingest {

// How long to wait before trying again: 1 s, 2 s, 4 s ... 30 s, each shortened at random by up to a quarter, so that
// many sources that fell together do not come back together.
//
// Pure but for the seed. Owner: the source.
class BackOff {
 public:
  static constexpr std::chrono::milliseconds kFirst{1'000};
  static constexpr std::chrono::milliseconds kLongest{30'000};

  explicit BackOff(std::uint32_t seed) : random_(seed) {}

  std::chrono::milliseconds next() {
    const auto full = step_;
    step_ = std::min(step_ * 2, kLongest);
    std::uniform_int_distribution<std::int64_t> shorter(0, full.count() / 4);
    return full - std::chrono::milliseconds{shorter(random_)};
  }

  // It worked: the next failure begins anew.
  void reset() { step_ = kFirst; }

 private:
  std::chrono::milliseconds step_ = kFirst;
  std::minstd_rand random_;
};

}  // namespace grandstand::ingest
