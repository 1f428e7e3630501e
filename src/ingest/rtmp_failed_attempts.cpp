// SPDX-License-Identifier: MIT
#include "rtmp_failed_attempts.hpp"

namespace grandstand::ingest {

bool RtmpFailedAttempts::blocked(const std::string& address, SteadyTime now) {
  TokenBucket* const bucket = buckets_.find(address);
  return bucket != nullptr && bucket->wait(now) > std::chrono::milliseconds{0};
}

void RtmpFailedAttempts::failed(const std::string& address, SteadyTime now) {
  buckets_.find_or_put(address, TokenBucket(limit_)).try_take(now);
}

}  // namespace grandstand::ingest
