// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <algorithm>
#include <chrono>

namespace grandstand {

// `burst` at once, then `per_second` on average.
struct RateLimit {
  double burst = 0;
  double per_second = 0;
};

// Classic token bucket; time is given, so it is pure. Starts full.
class TokenBucket {
 public:
  explicit TokenBucket(RateLimit limit) : limit_(limit), tokens_(limit.burst) {}

  // Takes one token if there is one.
  bool try_take(SteadyTime now) {
    refill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // Takes one token though there may be none: it is owed then, and the wait grows.
  void take(SteadyTime now) {
    refill(now);
    tokens_ -= 1;
  }

  // How long until try_take can succeed; zero if it would now.
  std::chrono::milliseconds wait(SteadyTime now) {
    refill(now);
    if (tokens_ >= 1 || limit_.per_second <= 0) return std::chrono::milliseconds{0};
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::duration<double>((1 - tokens_) / limit_.per_second));
  }

 private:
  void refill(SteadyTime now) {
    if (last_ != SteadyTime{} && now > last_) {
      const double seconds = std::chrono::duration<double>(now - last_).count();
      tokens_ = std::min(limit_.burst, tokens_ + seconds * limit_.per_second);
    }
    last_ = now;
  }

  RateLimit limit_;
  double tokens_;
  SteadyTime last_{};
};

}  // namespace grandstand
