// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/ops/metrics.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <variant>

namespace grandstand::identity {

// Whose password is tried, and from where: a network (client_network.hpp), or a session of the account.
struct Attempt {
  std::string name_key;
  std::string from;
};

// Bounds the attempts at one name's password: from one place 5 at once, then one every 10 s, so that nobody is kept out
// by what others try elsewhere; from all places together 100 at once, then one a second, for whoever has many. Where
// the right one was given before, the others do not count, or many strangers could keep somebody out. A right one
// forgives all. Pure but for the metric.
class SignInLimiter {
 public:
  explicit SignInLimiter(ops::Counter evicted, std::size_t limit = 10'000)
      : here_(limit), everywhere_(limit), familiar_(limit), evicted_(evicted) {}

  // How long until the next attempt; zero: now.
  std::chrono::milliseconds wait(const Attempt& attempt, SteadyTime now) {
    const auto here = wait(here_.find(place_of(attempt)), now);
    return is_familiar(attempt) ? here : std::max(here, wait(everywhere_.find(attempt.name_key), now));
  }
  // Counts the attempt before its outcome is known, so that many at once gain nothing.
  bool try_begin(const Attempt& attempt, SteadyTime now) {
    if (wait(attempt, now).count() > 0) return false;
    return bucket(here_, place_of(attempt), kHere).try_take(now) &&
           (is_familiar(attempt) || bucket(everywhere_, attempt.name_key, kEverywhere).try_take(now));
  }
  void forgive(const Attempt& attempt) {
    here_.erase(place_of(attempt));
    everywhere_.erase(attempt.name_key);
    familiar_.put(place_of(attempt), {});
  }

 private:
  using Buckets = RecencyMap<TokenBucket>;
  static constexpr RateLimit kHere{5, 0.1};
  static constexpr RateLimit kEverywhere{100, 1};

  bool is_familiar(const Attempt& attempt) { return familiar_.find(place_of(attempt)) != nullptr; }
  static std::string place_of(const Attempt& attempt) { return attempt.from + '\n' + attempt.name_key; }
  static std::chrono::milliseconds wait(TokenBucket* bucket, SteadyTime now) {
    return bucket == nullptr ? std::chrono::milliseconds{0} : bucket->wait(now);
  }
  TokenBucket& bucket(Buckets& buckets, const std::string& key, RateLimit limit) {
    if (buckets.find(key) == nullptr && buckets.put(key, TokenBucket(limit))) evicted_.add();
    return *buckets.find(key);
  }

  Buckets here_;
  Buckets everywhere_;
  RecencyMap<std::monostate> familiar_;  // places from which somebody signed in since the start
  ops::Counter evicted_;
};

}  // namespace grandstand::identity
