// SPDX-License-Identifier: MIT
#include "sign_in_limiter.hpp"

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1h};

TEST(SignInLimiter, LimitsEachAddressForItself) {
  SignInLimiter limiter;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.try_take("192.0.2.1", kStart), 0ms);
  EXPECT_GT(limiter.try_take("192.0.2.1", kStart), 5s);
  EXPECT_EQ(limiter.try_take("192.0.2.2", kStart), 0ms);
  EXPECT_EQ(limiter.try_take("192.0.2.1", kStart + 7s), 0ms);
}

TEST(SignInLimiter, TakesANetworkOfIpv6AsOneClient) {
  SignInLimiter limiter;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.try_take("2001:db8:1:2::" + std::to_string(i), kStart), 0ms);
  EXPECT_GT(limiter.try_take("2001:db8:1:2::ffff", kStart), 5s);
  EXPECT_EQ(limiter.try_take("2001:db8:1:3::1", kStart), 0ms);
}

TEST(SignInLimiter, RemembersABoundedNumberOfAddresses) {
  SignInLimiter limiter;
  for (std::size_t i = 0; i < SignInLimiter::kMaxAddresses + 100; ++i) {
    static_cast<void>(limiter.try_take("host" + std::to_string(i), kStart));
  }
  EXPECT_EQ(limiter.addresses(), SignInLimiter::kMaxAddresses);
}

}  // namespace
}  // namespace grandstand::http
