// SPDX-License-Identifier: MIT
#include "network_limiter.hpp"

#include <grandstand/base/client_network.hpp>

#include <algorithm>

namespace grandstand::http {

std::chrono::milliseconds NetworkLimiter::try_take(std::string_view address, SteadyTime now) {
  const auto network = client_network(address);
  if (buckets_.find(network) == nullptr) buckets_.put(network, TokenBucket(limit_));
  auto& bucket = *buckets_.find(network);
  if (bucket.try_take(now)) return std::chrono::milliseconds{0};
  return std::max(bucket.wait(now), std::chrono::milliseconds{1});
}

}  // namespace grandstand::http
