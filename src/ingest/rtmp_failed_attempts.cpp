// SPDX-License-Identifier: MIT
#include "rtmp_failed_attempts.hpp"

namespace grandstand::ingest {

bool RtmpFailedAttempts::blocked(const std::string& address, SteadyTime now) {
  TokenBucket* const bucket = buckets_.find(address);
  return bucket != nullptr && bucket->wait(now) > std::chrono::milliseconds{0};
}

void RtmpFailedAttempts::failed(const std::string& address, SteadyTime now) {
  if (buckets_.find(address) == nullptr) buckets_.put(address, TokenBucket(limit_));
  buckets_.find(address)->try_take(now);
}

}  // namespace grandstand::ingest
