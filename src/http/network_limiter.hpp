// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>

namespace grandstand::http {

// How often the clients of one network (client_network.hpp) may do something. Remembers a bounded number of networks;
// the one that was heard of longest ago is forgotten first.
//
// Owner: the site, one per loop.   Runs on: that loop.   Pure: time is given.
class NetworkLimiter {
 public:
  static constexpr RateLimit kSignIns{10, 1.0 / 6};  // and registrations
  static constexpr std::size_t kMaxNetworks = 4096;

  explicit NetworkLimiter(RateLimit limit) : limit_(limit) {}

  // Zero: go on; otherwise when to try again.
  std::chrono::milliseconds try_take(std::string_view address, SteadyTime now);
  std::size_t networks() const { return buckets_.size(); }

 private:
  RateLimit limit_;
  RecencyMap<TokenBucket> buckets_{kMaxNetworks};
};

}  // namespace grandstand::http
