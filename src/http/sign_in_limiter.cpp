// SPDX-License-Identifier: MIT
#include "sign_in_limiter.hpp"

#include <algorithm>

#include <arpa/inet.h>

namespace grandstand::http {

std::string limit_key(std::string_view address) {
  const std::string text(address);
  in6_addr parsed{};
  if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return text;
  // Whoever has one IPv6 address has 2^64 of them.
  std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
  char network[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &parsed, network, sizeof network);
  return network;
}

std::chrono::milliseconds SignInLimiter::try_take(std::string_view address, SteadyTime now) {
  const auto key = limit_key(address);
  const auto found = places_.find(key);
  if (found != places_.end()) {
    order_.splice(order_.begin(), order_, found->second);
  } else {
    if (order_.size() == kMaxAddresses) {
      places_.erase(order_.back().key);
      order_.pop_back();
    }
    order_.push_front({key});
    places_.emplace(key, order_.begin());
  }
  auto& bucket = order_.front().bucket;
  if (bucket.try_take(now)) return std::chrono::milliseconds{0};
  return std::max(bucket.wait(now), std::chrono::milliseconds{1});
}

}  // namespace grandstand::http
