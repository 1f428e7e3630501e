// SPDX-License-Identifier: MIT
#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/token_bucket.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

using namespace std::chrono_literals;

TEST(SharedBytes, SlicesShareTheBytesAndKeepThemAlive) {
  SharedBytes slice;
  const std::uint8_t* data = nullptr;
  {
    const SharedBytes whole(std::string("grandstand"));
    slice = whole.slice(5, 5);
    data = whole.data();
  }
  EXPECT_EQ(slice.view(), "stand");
  EXPECT_EQ(slice.data(), data + 5);
}

TEST(SharedBytes, AreEqualByContent) {
  EXPECT_EQ(SharedBytes(std::string("a")), SharedBytes(std::vector<std::uint8_t>{'a'}));
  EXPECT_EQ(SharedBytes(), SharedBytes(std::string()));
}

TEST(Clock, FormatsUtcWithMilliseconds) {
  EXPECT_EQ(to_rfc3339(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(1'709'210'096'789)), "2024-02-29T12:34:56.789Z");
}

TEST(TokenBucket, AllowsABurstThenTheRate) {
  TokenBucket bucket({.burst = 2, .per_second = 1});
  const SteadyTime start{100s};
  EXPECT_TRUE(bucket.try_take(start));
  EXPECT_TRUE(bucket.try_take(start));
  EXPECT_FALSE(bucket.try_take(start));
  EXPECT_EQ(bucket.wait(start), 1000ms);
  EXPECT_FALSE(bucket.try_take(start + 900ms));
  EXPECT_TRUE(bucket.try_take(start + 1000ms));
  EXPECT_FALSE(bucket.try_take(start + 1000ms));
}

TEST(TokenBucket, MakesWhoTakesWhatIsNotThereWaitForIt) {
  TokenBucket bucket({.burst = 1, .per_second = 1});
  const SteadyTime start{100s};
  for (int i = 0; i < 10; ++i) bucket.take(start);
  EXPECT_EQ(bucket.wait(start), 10'000ms);
  EXPECT_FALSE(bucket.try_take(start + 9'900ms));
  EXPECT_TRUE(bucket.try_take(start + 10s));
}

TEST(TokenBucket, NeverHoldsMoreThanTheBurst) {
  TokenBucket bucket({.burst = 2, .per_second = 1});
  EXPECT_TRUE(bucket.try_take(SteadyTime{1s}));
  EXPECT_TRUE(bucket.try_take(SteadyTime{1000s}));
  EXPECT_TRUE(bucket.try_take(SteadyTime{1000s}));
  EXPECT_FALSE(bucket.try_take(SteadyTime{1000s}));
}

TEST(StrongId, OrdersAndHashesByValue) {
  EXPECT_LT(ChannelId("a"), ChannelId("b"));
  EXPECT_EQ(std::hash<ChannelId>{}(ChannelId("a")), std::hash<std::string>{}("a"));
}

}  // namespace
}  // namespace grandstand
