// SPDX-License-Identifier: MIT
// What the clocks of encoders do (headend.md 5.1, 5.2), seen by players. docs/signal_faults.md lists all.
#include "signal_channel.hpp"

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using stimulus::Encoder;
using stimulus::Shape;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 90'000;

TEST(SignalTime, AWrapOf33BitsIsNothing) {
  SignalChannel channel;
  Encoder encoder({}, stimulus::kTurn - 20 * kSecond);
  channel.play(encoder, 60s);
  EXPECT_GT(encoder.clock(), stimulus::kTurn);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_NEAR(channel.watch().seconds(), 60, 4);
}

TEST(SignalTime, JumpsAndRestartsOfTheEncoderAreDiscontinuitiesWithoutALoss) {
  for (const std::int64_t jump : {20'000 * kSecond, -3'600 * kSecond, 5 * kSecond, -kSecond}) {
    SCOPED_TRACE(jump / kSecond);
    SignalChannel channel;
    Encoder encoder({}, 5'000 * kSecond);
    channel.play(encoder, 21s);
    encoder.jump(jump);
    channel.play(encoder, 21s);
    EXPECT_THAT(channel.violations(), IsEmpty());
    EXPECT_EQ(channel.discontinuities(), 1);
    EXPECT_NEAR(channel.watch().seconds(), 42, 5);
  }
}

TEST(SignalTime, AnEncoderThatRestartsAfterAPauseGoesOn) {
  SignalChannel channel;
  Encoder before({}, 900'000 * kSecond);
  channel.play(before, 20s);
  channel.be_silent(1s);
  Encoder after;  // counts from zero, with fresh continuity counters
  channel.play(after, 20s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 1);
}

TEST(SignalTime, AnAnnouncedDiscontinuityIsANewTimeBaseWithoutAnAlarm) {
  SignalChannel channel;
  Encoder encoder({}, 1'000 * kSecond);
  channel.play(encoder, 20s);
  encoder.jump(700 * kSecond);
  encoder.announce_discontinuity();
  channel.play(encoder, 20s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 1);
  EXPECT_EQ(channel.report().check(ingest::SignalCheck::kContinuity).errors, 0u);
  EXPECT_EQ(channel.report().check(ingest::SignalCheck::kPcrDiscontinuity).errors, 0u);
}

TEST(SignalTime, JitterOfTimeStampsAndOfArrivalLeavesTheDatesAlone) {
  SignalChannel channel;
  Encoder encoder;
  int step = 0;
  ByteVector waiting;
  for (int i = 0; i < 40; ++i) {
    encoder.jump(i % 2 == 0 ? 900 : -900);  // 10 ms
    // What was sent in 200 ms comes in one burst.
    channel.play(encoder, 1s, [&](const ByteVector& bytes) {
      waiting.insert(waiting.end(), bytes.begin(), bytes.end());
      return ++step % 5 == 0 ? std::exchange(waiting, {}) : ByteVector{};
    });
  }
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
}

// An encoder whose clock is wrong by 200 ppm is 4.3 s off after six hours.
TEST(SignalTime, TheDateFollowsAnEncoderWhoseClockDrifts) {
  SignalChannel channel({.step = 1s, .look_every = 12s});
  Encoder encoder({.frame = 1'000ms, .gop = 2, .sound_every = 48});
  for (int i = 0; i < 6 * 360; ++i) {
    channel.play(encoder, 10s);
    encoder.jump(10 * kSecond / 5'000);
  }
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_LT(channel.watch().lag(), 5);
  EXPECT_GT(channel.watch().lag(), 0);
}

TEST(SignalTime, EightyHoursAndThreeWrapsAreOneEpoch) {
  SignalChannel channel({.step = 1s, .look_every = 12s, .hls = {.low_latency = false}});
  Encoder encoder({.frame = 1'000ms, .gop = 4, .sound_every = 48});
  channel.play(encoder, 60s);
  fputs(channel.metrics().c_str(), stderr); fputs(channel.text("fmp4/media.m3u8").c_str(), stderr);
  EXPECT_GT(encoder.clock(), 3 * stimulus::kTurn);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_NEAR(channel.watch().seconds(), 80 * 3'600, 5);
}

}  // namespace
}  // namespace grandstand::channels
