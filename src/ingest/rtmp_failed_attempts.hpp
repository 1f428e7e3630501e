// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace grandstand::ingest {

// Who gave wrong keys lately, by address, so that keys cannot be guessed. Bounded: when it is full, the address that
// failed longest ago is forgotten.
//
// Owner: the listener.   Runs on: its owner's loop.   Pure: time is given.
class RtmpFailedAttempts {
 public:
  explicit RtmpFailedAttempts(RateLimit limit = {.burst = 10, .per_second = 0.1}, std::size_t capacity = 1024)
      : limit_(limit), capacity_(capacity) {}

  // Whether the address has used up its attempts.
  bool blocked(const std::string& address, SteadyTime now);
  void failed(const std::string& address, SteadyTime now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    TokenBucket bucket;
    SteadyTime last;
  };
  void forget_oldest();

  RateLimit limit_;
  std::size_t capacity_;
  std::map<std::string, Entry> entries_;
};

}  // namespace grandstand::ingest
