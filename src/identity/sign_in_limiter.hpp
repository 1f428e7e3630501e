// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/ops/metrics.hpp>

#include <chrono>
#include <string>

namespace grandstand::identity {

// Bounds the attempts at one name's password: 5 at once, then one every 10 s; a right one forgives all. Pure but for
// the metric.
class SignInLimiter {
 public:
  explicit SignInLimiter(ops::Counter evicted, std::size_t limit = 10'000) : buckets_(limit), evicted_(evicted) {}

  // How long until the next attempt; zero: now.
  std::chrono::milliseconds wait(const std::string& key, SteadyTime now) {
    TokenBucket* bucket = buckets_.find(key);
    return bucket == nullptr ? std::chrono::milliseconds{0} : bucket->wait(now);
  }
  // Counts the attempt before its outcome is known, so that many at once gain nothing.
  bool try_begin(const std::string& key, SteadyTime now) {
    if (buckets_.find(key) == nullptr && buckets_.put(key, TokenBucket(kLimit))) evicted_.add();
    return buckets_.find(key)->try_take(now);
  }
  void forgive(const std::string& key) { buckets_.erase(key); }

 private:
  static constexpr RateLimit kLimit{5, 0.1};

  RecencyMap<TokenBucket> buckets_;
  ops::Counter evicted_;
};

}  // namespace grandstand::identity
