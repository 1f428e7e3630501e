// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/token_bucket.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace grandstand::http {

// How often one address may try to sign in or register. Remembers a bounded number of addresses; the one that was heard
// of longest ago is forgotten first.
//
// Owner: the site, one per loop.   Runs on: that loop.   Pure: time is given.
class SignInLimiter {
 public:
  static constexpr RateLimit kLimit{10, 1.0 / 6};
  static constexpr std::size_t kMaxAddresses = 4096;

  // Zero: go on; otherwise when to try again.
  std::chrono::milliseconds try_take(std::string_view address, SteadyTime now);
  std::size_t addresses() const { return order_.size(); }

 private:
  struct Entry {
    std::string key;
    TokenBucket bucket{kLimit};
  };
  std::list<Entry> order_;  // the one heard of last is first
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
};

// What of an address counts as one client: IPv4 as it is, IPv6 its /64.
std::string limit_key(std::string_view address);

}  // namespace grandstand::http
