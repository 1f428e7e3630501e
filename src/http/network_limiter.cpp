// SPDX-License-Identifier: MIT
#include "network_limiter.hpp"

#include <grandstand/base/client_network.hpp>

#include <algorithm>

namespace grandstand::http {

std::chrono::milliseconds NetworkLimiter::try_take(std::string_view address, SteadyTime now) {
  auto& bucket = buckets_.find_or_put(client_network(address), TokenBucket(limit_));
  if (bucket.try_take(now)) return std::chrono::milliseconds{0};
  return std::max(bucket.wait(now), std::chrono::milliseconds{1});
}

}  // namespace grandstand::http
