// SPDX-License-Identifier: MIT
#include "rtmp_failed_attempts.hpp"

#include <algorithm>

namespace grandstand::ingest {

bool RtmpFailedAttempts::blocked(const std::string& address, SteadyTime now) {
  const auto found = entries_.find(address);
  return found != entries_.end() && found->second.bucket.wait(now) > std::chrono::milliseconds{0};
}

void RtmpFailedAttempts::failed(const std::string& address, SteadyTime now) {
  auto found = entries_.find(address);
  if (found == entries_.end()) {
    if (entries_.size() >= capacity_) forget_oldest();
    found = entries_.emplace(address, Entry{TokenBucket(limit_), now}).first;
  }
  found->second.last = now;
  found->second.bucket.try_take(now);
}

void RtmpFailedAttempts::forget_oldest() {
  const auto oldest = std::min_element(entries_.begin(), entries_.end(),
                                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
  if (oldest != entries_.end()) entries_.erase(oldest);
}

}  // namespace grandstand::ingest
