// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace grandstand::hub {

// How often codes that open rooms may be tried from one network (client_network.hpp). Remembers a bounded number of
// networks; the one that was heard of longest ago is forgotten first.
//
// Owner: LoopSessions, one per loop.   Runs on: that loop.   Pure: time is given.
class Guesses {
 public:
  static constexpr RateLimit kLimit{60, 0.5};
  static constexpr std::size_t kMostNetworks = 4'096;

  static Error too_many() {
    return {ErrorCode::kRateLimited, "Too many codes were tried from your network. Wait a while."};
  }

  // How long until one more may be tried; zero: now.
  std::chrono::milliseconds wait(const std::string& network, SteadyTime now) { return bucket(network).wait(now); }
  // One was wrong. Those that were tried at the same time all count.
  void count(const std::string& network, SteadyTime now) { bucket(network).take(now); }

 private:
  TokenBucket& bucket(const std::string& network) { return networks_.find_or_put(network, TokenBucket(kLimit)); }

  RecencyMap<TokenBucket> networks_{kMostNetworks};
};

}  // namespace grandstand::hub
