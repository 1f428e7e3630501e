// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <cstddef>
#include <string>

namespace grandstand::ingest {

// Who gave wrong keys lately, by address, so that keys cannot be guessed. Bounded: when it is full, the address that
// was heard of longest ago is forgotten.
//
// Owner: the listener.   Runs on: its owner's loop.   Pure: time is given.
class RtmpFailedAttempts {
 public:
  explicit RtmpFailedAttempts(RateLimit limit = {.burst = 10, .per_second = 0.1}, std::size_t capacity = 1024)
      : limit_(limit), buckets_(capacity) {}

  // Whether the address has used up its attempts.
  bool blocked(const std::string& address, SteadyTime now);
  void failed(const std::string& address, SteadyTime now);

  std::size_t size() const { return buckets_.size(); }

 private:
  RateLimit limit_;
  RecencyMap<TokenBucket> buckets_;
};

}  // namespace grandstand::ingest
