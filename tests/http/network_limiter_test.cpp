// SPDX-License-Identifier: MIT
#include "network_limiter.hpp"

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1h};

TEST(NetworkLimiter, LimitsEachAddressForItself) {
  NetworkLimiter limiter(NetworkLimiter::kSignIns);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.try_take("192.0.2.1", kStart), 0ms);
  EXPECT_GT(limiter.try_take("192.0.2.1", kStart), 5s);
  EXPECT_EQ(limiter.try_take("192.0.2.2", kStart), 0ms);
  EXPECT_EQ(limiter.try_take("192.0.2.1", kStart + 7s), 0ms);
}

TEST(NetworkLimiter, TakesANetworkOfIpv6AsOneClient) {
  NetworkLimiter limiter(NetworkLimiter::kSignIns);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.try_take("2001:db8:1:2::" + std::to_string(i), kStart), 0ms);
  EXPECT_GT(limiter.try_take("2001:db8:1:2::ffff", kStart), 5s);
  EXPECT_EQ(limiter.try_take("2001:db8:1:3::1", kStart), 0ms);
}

TEST(NetworkLimiter, RemembersABoundedNumberOfNetworks) {
  NetworkLimiter limiter(NetworkLimiter::kSignIns);
  for (std::size_t i = 0; i < NetworkLimiter::kMaxNetworks + 100; ++i) {
    static_cast<void>(limiter.try_take("host" + std::to_string(i), kStart));
  }
  EXPECT_EQ(limiter.networks(), NetworkLimiter::kMaxNetworks);
}

}  // namespace
}  // namespace grandstand::http
