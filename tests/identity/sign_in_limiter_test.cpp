// SPDX-License-Identifier: MIT
#include "sign_in_limiter.hpp"

#include <gtest/gtest.h>

namespace grandstand::identity {
namespace {

using namespace std::chrono_literals;

struct PasswordLimitTest : testing::Test {
  ops::Metrics metrics;
  SignInLimiter limiter{metrics.counter("evicted_total", "Evicted.")};
  SteadyTime now{1h};
};

TEST_F(PasswordLimitTest, AnAttemptFromOnePlaceTakesNoneFromAnother) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.try_begin({"ada", "192.0.2.1"}, now));
  EXPECT_FALSE(limiter.try_begin({"ada", "192.0.2.1"}, now));
  EXPECT_EQ(limiter.wait({"ada", "192.0.2.1"}, now), 10s);
  EXPECT_EQ(limiter.wait({"ada", "198.51.100.7"}, now), 0s);
  EXPECT_EQ(limiter.wait({"grace", "192.0.2.1"}, now), 0s);
}

TEST_F(PasswordLimitTest, OnePlaceThatGoesOnAndOnKeepsNobodyElseOut) {
  for (int i = 0; i < 10'000; ++i) {
    limiter.try_begin({"ada", "192.0.2.1"}, now);
    now += 100ms;
  }
  EXPECT_TRUE(limiter.try_begin({"ada", "198.51.100.7"}, now));
}

TEST_F(PasswordLimitTest, ManyPlacesTogetherAreBoundedToo) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.try_begin({"ada", "192.0.2." + std::to_string(i)}, now));
  EXPECT_FALSE(limiter.try_begin({"ada", "198.51.100.7"}, now));
  EXPECT_EQ(limiter.wait({"ada", "198.51.100.7"}, now), 1s);
  EXPECT_TRUE(limiter.try_begin({"grace", "198.51.100.7"}, now));
}

TEST_F(PasswordLimitTest, WhereSomebodySignedInBeforeManyPlacesTogetherKeepNobodyOut) {
  const Attempt home{"ada", "203.0.113.5"};
  EXPECT_TRUE(limiter.try_begin(home, now));
  limiter.forgive(home);
  for (int i = 0; i < 130; ++i) limiter.try_begin({"ada", "192.0.2." + std::to_string(i)}, now);
  EXPECT_FALSE(limiter.try_begin({"ada", "198.51.100.7"}, now));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.try_begin(home, now));
  EXPECT_FALSE(limiter.try_begin(home, now)) << "it has as many attempts as any place";
}

TEST_F(PasswordLimitTest, ARightPasswordForgivesTheWrongOnes) {
  for (int i = 0; i < 5; ++i) limiter.try_begin({"ada", "192.0.2.1"}, now);
  limiter.forgive({"ada", "192.0.2.1"});
  EXPECT_EQ(limiter.wait({"ada", "192.0.2.1"}, now), 0s);
}

}  // namespace
}  // namespace grandstand::identity
