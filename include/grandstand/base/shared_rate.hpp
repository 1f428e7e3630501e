// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace grandstand {

// A rate that many share, on any thread: the generic cell rate algorithm (ITU-T I.371), which is a token bucket in one
// number, the time at which all that was taken would have been earned. Starts full.
class SharedRate {
 public:
  explicit SharedRate(RateLimit limit)
      : interval_(static_cast<std::int64_t>(1e9 / limit.per_second)),
        tolerance_(static_cast<std::int64_t>((limit.burst - 1) * 1e9 / limit.per_second)) {}

  // Takes one: zero. Otherwise how long until there is one again.
  std::chrono::milliseconds try_take(SteadyTime now) {
    const std::int64_t at = std::chrono::nanoseconds(now.time_since_epoch()).count();
    std::int64_t earned = earned_.load(std::memory_order_relaxed);
    for (;;) {
      const std::int64_t from = std::max(earned, at);
      if (from - at > tolerance_) {
        return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(from - at - tolerance_));
      }
      if (earned_.compare_exchange_weak(earned, from + interval_, std::memory_order_relaxed)) return {};
    }
  }

 private:
  const std::int64_t interval_, tolerance_;  // ns
  std::atomic<std::int64_t> earned_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace grandstand
