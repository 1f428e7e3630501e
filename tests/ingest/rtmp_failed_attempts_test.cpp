// SPDX-License-Identifier: MIT
#include "rtmp_failed_attempts.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

TEST(RtmpFailedAttempts, BlocksAnAddressUntilItHasWaited) {
  RtmpFailedAttempts attempts({.burst = 2, .per_second = 0.1});
  SteadyTime now{std::chrono::hours(1)};
  EXPECT_FALSE(attempts.blocked("a", now));
  attempts.failed("a", now);
  EXPECT_FALSE(attempts.blocked("a", now));
  attempts.failed("a", now);
  EXPECT_TRUE(attempts.blocked("a", now));
  EXPECT_FALSE(attempts.blocked("b", now));
  EXPECT_FALSE(attempts.blocked("a", now + std::chrono::seconds(11)));
}

TEST(RtmpFailedAttempts, ForgetsTheOldestWhenFull) {
  RtmpFailedAttempts attempts({.burst = 1, .per_second = 0.001}, 3);
  SteadyTime now{std::chrono::hours(1)};
  for (const char* address : {"a", "b", "c", "d"}) attempts.failed(address, now += std::chrono::seconds(1));
  EXPECT_EQ(attempts.size(), 3U);
  EXPECT_FALSE(attempts.blocked("a", now));
  EXPECT_TRUE(attempts.blocked("d", now));
}

}  // namespace
}  // namespace grandstand::ingest
