// SPDX-License-Identifier: MIT
// What the clocks of encoders do (headend.md 5.1, 5.2), seen by players. docs/signal_faults.md lists all.
#include "allocated_bytes.hpp"
#include "signal_channel.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using stimulus::Encoder;
using stimulus::Shape;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 90'000;

// As little as an hour can be: two pictures and two frames of sound a second.
Shape slow_shape() {
  return {.frame = 500ms, .gop = 8, .sound_every = 23};
}

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

// An encoder whose clock is wrong by 400 ppm is a second off after 40 minutes.
TEST(SignalTime, TheDateFollowsAnEncoderWhoseClockDrifts) {
  SignalChannel channel({.step = 500ms, .look_every = 8s});
  Encoder encoder(slow_shape());
  for (int i = 0; i < 40 * 6; ++i) {
    channel.play(encoder, 10s);
    encoder.jump(10 * kSecond / 2'500);
  }
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_LT(channel.watch().lag(), 6);
  EXPECT_GT(channel.watch().lag(), -0.5);
}

// A quarter of an hour before a wrap of 33 bits, and on over two more, or for `GRANDSTAND_SOAK_HOURS`. Pictures are as far
// apart as they may be without a hole: an hour costs half a second of a processor under AddressSanitizer.
TEST(SignalTime, ThreeWrapsOfMediaAreOneEpochInConstantMemory) {
  const char* const given = std::getenv("GRANDSTAND_SOAK_HOURS");
  const std::chrono::hours hours(given == nullptr ? 54 : std::atoi(given));
  SignalChannel::Options options{.step = 7'680ms, .look_every = 12s, .largest_lag = 20};
  options.hls.segment_duration = options.hls.max_segment_duration = 8s;
  options.hls.low_latency = false;
  SignalChannel channel(options);
  Encoder encoder({.frame = 960ms, .gop = 8, .sound_every = 45, .table_period = 8s}, stimulus::kTurn - 900 * kSecond);
  channel.play(encoder, 10min);
  const auto memory = test::allocated_bytes();
  channel.play(encoder, hours - 10min);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_NEAR(channel.watch().seconds(), std::chrono::duration<double>(hours).count(), 20);
  EXPECT_LT(test::allocated_bytes(), memory + (256u << 10));
}

}  // namespace
}  // namespace grandstand::channels
