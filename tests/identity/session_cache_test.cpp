// SPDX-License-Identifier: MIT
#include "session_cache.hpp"

#include "manual_clock.hpp"
#include "sign_in_limiter.hpp"

#include <gtest/gtest.h>

namespace grandstand::identity {
namespace {

const User kAda{UserId{"account:1"}, "Ada", Role::kViewer};

TEST(SessionCache, ForgetsAfterTenSecondsAndAtTheEndOfTheSession) {
  ManualClock clock;
  SessionCache cache;
  cache.put("long", kAda, clock.utc() + std::chrono::hours(1), clock.steady());
  cache.put("short", kAda, clock.utc() + std::chrono::seconds(3), clock.steady());
  clock.advance(std::chrono::seconds(4));
  EXPECT_TRUE(cache.find("long", clock.steady(), clock.utc()));
  EXPECT_FALSE(cache.find("short", clock.steady(), clock.utc()));
  clock.advance(std::chrono::seconds(6));
  EXPECT_FALSE(cache.find("long", clock.steady(), clock.utc()));
}

TEST(SessionCache, IsNotTalkedIntoASessionThatWasSignedOutMeanwhile) {
  ManualClock clock;
  SessionCache cache;
  cache.revoke("token", clock.steady());
  cache.put("token", kAda, clock.utc() + std::chrono::hours(1), clock.steady());
  EXPECT_FALSE(cache.find("token", clock.steady(), clock.utc()));
}

TEST(SessionCache, ForgetsWhoAccountsWereAndNotWhoSignedOut) {
  ManualClock clock;
  SessionCache cache;
  const auto later = clock.utc() + std::chrono::hours(1);
  cache.put("ada", kAda, later, clock.steady());
  cache.revoke("gone", clock.steady());
  cache.clear();
  EXPECT_FALSE(cache.find("ada", clock.steady(), clock.utc()));
  cache.put("gone", kAda, later, clock.steady());
  EXPECT_FALSE(cache.find("gone", clock.steady(), clock.utc()));
}

TEST(SignInLimiter, CountsAttemptsThatAreStillUnderWay) {
  ManualClock clock;
  SignInLimiter limiter{ops::Counter{}};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.try_begin("ada", clock.steady()));
  EXPECT_FALSE(limiter.try_begin("ada", clock.steady()));
  EXPECT_EQ(limiter.wait("ada", clock.steady()), std::chrono::seconds(10));
  EXPECT_TRUE(limiter.try_begin("grace", clock.steady()));
  limiter.forgive("ada");
  EXPECT_TRUE(limiter.try_begin("ada", clock.steady()));
}

}  // namespace
}  // namespace grandstand::identity
