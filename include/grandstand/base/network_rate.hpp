// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/client_network.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace grandstand {

// A rate that all who come from one block of addresses share, for they may be one hand (network_block). This machine's
// own addresses have none: behind a proxy that is not trusted everybody comes from there. Remembers a bounded number of
// networks; the one that was heard of longest ago is forgotten first. Pure: time is given.
class NetworkRate {
 public:
  NetworkRate(RateLimit limit, std::size_t most_networks) : limit_(limit), buckets_(most_networks) {}

  // Takes one: none. Otherwise how long until there is one again. `network`: client_network.hpp; empty: not known.
  std::optional<std::chrono::milliseconds> try_take(const std::string& network, SteadyTime now) {
    if (network.empty() || is_local_network(network)) return std::nullopt;
    auto& bucket = buckets_.find_or_put(network_block(network), TokenBucket(limit_));
    if (bucket.try_take(now)) return std::nullopt;
    return bucket.wait(now);
  }

 private:
  RateLimit limit_;
  RecencyMap<TokenBucket> buckets_;
};

}  // namespace grandstand
