// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>

namespace grandstand::http {

// How often one address may try to sign in or register. Remembers a bounded number of addresses; the one that was heard
// of longest ago is forgotten first.
//
// Owner: the site, one per loop.   Runs on: that loop.   Pure: time is given.
class SignInLimiter {
 public:
  static constexpr RateLimit kLimit{10, 1.0 / 6};
  static constexpr std::size_t kMaxAddresses = 4096;

  // Zero: go on; otherwise when to try again.
  std::chrono::milliseconds try_take(std::string_view address, SteadyTime now);
  std::size_t addresses() const { return buckets_.size(); }

 private:
  RecencyMap<TokenBucket> buckets_{kMaxAddresses};
};

}  // namespace grandstand::http
