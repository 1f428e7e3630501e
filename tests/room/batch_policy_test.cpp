// SPDX-License-Identifier: MIT
#include "batch_policy.hpp"

#include <gtest/gtest.h>

namespace grandstand::room {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1000s};

// The delay after a second of events that come so far apart.
std::chrono::milliseconds delay_after(BatchPolicy& policy, SteadyTime& now, std::chrono::milliseconds apart) {
  for (const auto end = now + 3s; now < end; now += apart) policy.on_event(now);
  return policy.delay(now);
}

TEST(BatchPolicy, LetsEventsWaitForOthersWhereThereAreMany) {
  BatchPolicy policy;
  auto now = kStart;
  EXPECT_EQ(delay_after(policy, now, 500ms), 0ms);
  EXPECT_EQ(delay_after(policy, now, 100ms), 0ms);
  EXPECT_EQ(delay_after(policy, now, 25ms), 50ms);
  EXPECT_EQ(delay_after(policy, now, 16ms), 100ms);
  EXPECT_EQ(delay_after(policy, now, 22ms), 100ms) << "it does not flutter";
  EXPECT_EQ(delay_after(policy, now, 30ms), 50ms);
  EXPECT_EQ(delay_after(policy, now, 100ms), 50ms);
  EXPECT_EQ(delay_after(policy, now, 500ms), 0ms);
}

TEST(BatchPolicy, WaitsAsLongAsItTookToSendTheLastOnes) {
  BatchPolicy policy;
  policy.on_event(kStart);
  EXPECT_EQ(policy.delay(kStart), 0ms);
  policy.on_sent(kStart + 40ms, 40ms);
  EXPECT_EQ(policy.delay(kStart + 40ms), 40ms);
  EXPECT_EQ(policy.delay(kStart + 70ms), 10ms);
  EXPECT_EQ(policy.delay(kStart + 80ms), 0ms) << "a quiet room is as quick as before";
  policy.on_sent(kStart + 5s, 4s);
  EXPECT_EQ(policy.delay(kStart + 5s), 250ms) << "but not forever";
}

TEST(BatchPolicy, AHotRoomWaitsFourTimesAsLongAsItTookToSendTheLastOnes) {
  BatchPolicy policy;
  auto now = kStart;
  EXPECT_EQ(delay_after(policy, now, 10ms), 100ms);
  policy.on_sent(now, 40ms);
  EXPECT_EQ(policy.delay(now), 160ms);
  EXPECT_EQ(policy.delay(now + 30ms), 130ms);
  EXPECT_EQ(policy.delay(now + 100ms), 100ms);
  policy.on_sent(now, 10ms);
  EXPECT_EQ(policy.delay(now), 100ms) << "where sending is cheap, nobody waits for it";
  policy.on_sent(now, 200ms);
  EXPECT_EQ(policy.delay(now), 250ms) << "not forever here either";
}

// Sending takes so long that events come faster than it goes, each alone: the policy cannot see how fast they come,
// since it hears of them only as fast as they go.
TEST(BatchPolicy, ARoomWithTooManyMembersCatchesUp) {
  BatchPolicy policy;
  auto now = kStart;
  constexpr auto kSending = 60ms;  // so 16 a second, one by one
  constexpr auto kApart = 10ms;    // 100 a second come
  auto next = kStart;
  std::size_t longest = 0;
  while (now < kStart + 30s) {
    std::size_t waiting = 0;
    const auto take = [&] {
      for (; next <= now; next += kApart, ++waiting) policy.on_event(now);
    };
    now = std::max(now, next);
    take();
    now += policy.delay(now);
    take();
    now += kSending;
    policy.on_sent(now, kSending);
    if (now > kStart + 2s) longest = std::max(longest, waiting);
  }
  EXPECT_LE(longest, 35u);
}

}  // namespace
}  // namespace grandstand::room
