// SPDX-License-Identifier: MIT
#include "session_cache.hpp"

#include "manual_clock.hpp"

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

TEST(SessionCache, ForgetsTheAccountThatChangedAndNoOther) {
  ManualClock clock;
  SessionCache cache;
  const auto later = clock.utc() + std::chrono::hours(1);
  cache.put("phone", kAda, later, clock.steady());
  cache.put("laptop", kAda, later, clock.steady());
  cache.put("bob", User{UserId{"account:2"}, "Bob", Role::kViewer}, later, clock.steady());
  cache.revoke("gone", clock.steady());
  const auto before = cache.generation();
  cache.forget(kAda.id);
  EXPECT_NE(cache.generation(), before);
  EXPECT_FALSE(cache.find("phone", clock.steady(), clock.utc()));
  EXPECT_FALSE(cache.find("laptop", clock.steady(), clock.utc()));
  EXPECT_TRUE(cache.find("bob", clock.steady(), clock.utc()));
  EXPECT_TRUE(cache.is_revoked("gone", clock.steady()));
}

}  // namespace
}  // namespace grandstand::identity
