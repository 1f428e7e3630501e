// SPDX-License-Identifier: MIT
// What the clocks of encoders do (headend.md 5.1, 5.2), seen by players. docs/signal_faults.md lists all.
#include "allocated_bytes.hpp"
#include "signal_channel.hpp"

#include <grandstand/base/rfc3339.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using stimulus::Encoder;
using stimulus::Shape;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 90'000;

std::chrono::hours hours_or(int usual) {
  const char* const given = std::getenv("GRANDSTAND_SOAK_HOURS");
  return std::chrono::hours(given == nullptr ? usual : std::atoi(given));
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

test::MediaPlaylist playlist_of(const SignalChannel& channel, const std::string& container) {
  return test::parse_media_playlist(channel.text(container + "/media.m3u8"));
}

std::vector<std::string> dates(const test::MediaPlaylist& playlist) {
  std::vector<std::string> all;
  for (const test::ListedSegment& segment : playlist.segments) all.push_back(segment.date);
  return all;
}

double length(const test::MediaPlaylist& playlist) {
  double seconds = 0;
  for (const test::ListedSegment& segment : playlist.segments) seconds += segment.duration;
  return seconds;
}

// The parts per million by which an encoder's clock is wrong: 100 of them are 1.1 s in three hours.
class DriftingEncoder : public testing::TestWithParam<int> {};

// Three hours, or `GRANDSTAND_SOAK_HOURS`. Judged where a picture is whole, which is when the next one begins. Pictures
// come one by one: of a burst as long as a segment the last one would be whole with the next burst only, and the date
// would take half an hour to make up for that.
TEST_P(DriftingEncoder, IsDatedWithin50MillisecondsOfArrivalWithoutAStepAndAlikeInBothRenditions) {
  constexpr auto kPicture = 960ms;
  constexpr auto kGop = 8 * kPicture;
  SignalChannel::Options options{.step = kPicture, .look_every = kGop, .largest_lag = 20};
  options.hls.segment_duration = options.hls.max_segment_duration = 8s;
  options.hls.low_latency = false;
  SignalChannel channel(options);
  const UtcTime first_is_whole = channel.clock().utc() + 2 * kPicture;
  Encoder encoder({.frame = kPicture, .gop = 8, .sound_every = 45, .table_period = 8s}, 1'000 * kSecond);
  std::optional<std::uint64_t> first;
  std::chrono::microseconds least{0}, most{0};
  UtcTime last{};
  for (int gop = 1; gop <= hours_or(3) / kGop; ++gop) {
    channel.play(encoder, kGop);
    // The sum has no rounding.
    const auto ticks = [&](std::int64_t gops) { return gops * kGop.count() * 90 * GetParam() / 1'000'000; };
    encoder.jump(ticks(gop) - ticks(gop - 1));
    const auto playlist = playlist_of(channel, "fmp4");
    if (playlist.segments.empty()) continue;
    first = first.value_or(playlist.segments.front().sequence);
    const test::ListedSegment& newest = playlist.segments.back();
    const UtcTime date = parse_time(newest.date).value();
    const auto arrival = first_is_whole + static_cast<int>(newest.sequence - *first) * kGop;
    least = std::min(least, date - arrival);
    most = std::max(most, date - arrival);
    ASSERT_GT(date, last);
    last = date;
    if (gop % 100 != 0) continue;
    EXPECT_EQ(dates(playlist_of(channel, "ts")), dates(playlist));
    const std::chrono::duration<double> window = date - parse_time(playlist.segments.front().date).value();
    EXPECT_NEAR(window.count(), length(playlist) - newest.duration, 1.0 / 24) << "what hlscheck lets pass";
  }
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_GT(least, -50ms);
  EXPECT_LT(most, 50ms);
}

INSTANTIATE_TEST_SUITE_P(PartsPerMillion, DriftingEncoder, testing::Values(100, -100, 400));

// A quarter of an hour before a wrap of 33 bits, and on over two more, or for `GRANDSTAND_SOAK_HOURS`. Pictures are as
// far apart as they may be without a hole: an hour costs half a second of a processor under AddressSanitizer.
TEST(SignalTime, ThreeWrapsOfMediaAreOneEpochInConstantMemory) {
  const auto hours = hours_or(54);
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
