// SPDX-License-Identifier: MIT
#include "sample_builder.hpp"

#include <grandstand/media/timeline.hpp>

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using namespace std::chrono_literals;
using test::kAudioTrack;
using test::kVideoTrack;

constexpr UtcTime kBegin{std::chrono::seconds{1'763'712'055}};
constexpr SteadyTime kBoot{std::chrono::hours{5}};

std::chrono::microseconds in_us(MediaTime time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time);
}

// Feeds a timeline with pictures (25 fps) and sound (48 kHz AAC); `elapsed` is real time since the start.
class Feed {
 public:
  struct Mapped {
    Timeline::Stamp stamp;
    UtcTime date;
    UtcTime arrival;
  };

  Mapped give(Sample sample, std::chrono::microseconds elapsed) {
    Mapped mapped;
    mapped.arrival = kBegin + elapsed;
    mapped.stamp = timeline.map(sample, mapped.arrival, kBoot + elapsed);
    mapped.date = timeline.date(mapped.stamp.pts);
    return mapped;
  }
  Mapped video(MediaTime dts, std::chrono::microseconds elapsed, bool key = false) {
    return give(test::picture(dts, dts, key, 16), elapsed);
  }
  Mapped audio(MediaTime dts, std::chrono::microseconds elapsed) {
    return give(test::sound(dts, MediaTime{1920}, kAudioTrack, 16), elapsed);
  }
  // Plays `length` of both tracks from source time `source`, arriving from `elapsed` on; counts epochs.
  int play(MediaTime source, MediaTime length, std::chrono::microseconds elapsed) {
    int epochs = 0;
    for (const auto& sample : test::programme({.start = source, .length = length})) {
      const auto before = timeline.epoch();
      const auto mapped = give(sample, elapsed + in_us(sample.dts - source));
      EXPECT_EQ(mapped.stamp.new_epoch, timeline.epoch() != before);
      epochs += mapped.stamp.new_epoch ? 1 : 0;
    }
    return epochs;
  }

  Timeline timeline;
};

TEST(Timeline, BeginsAnEpochWithTheFirstSampleAtTheArrivalDate) {
  Feed feed;
  const auto first = feed.video(77s, 0us, true);
  EXPECT_TRUE(first.stamp.new_epoch);
  EXPECT_EQ(feed.timeline.epoch(), 1u);
  EXPECT_GT(first.stamp.dts, MediaTime{0});
  EXPECT_EQ(first.date, kBegin);
  const auto second = feed.video(77s + MediaTime{3600}, 40ms);
  EXPECT_FALSE(second.stamp.new_epoch);
  EXPECT_EQ(second.stamp.dts - first.stamp.dts, MediaTime{3600});
  EXPECT_EQ(second.date, kBegin + 40ms);
}

TEST(Timeline, TellsTheChannelTimeOfWhatIsNoSample) {
  Feed feed;
  EXPECT_FALSE(feed.timeline.channel_time(77s));
  const auto first = feed.video(77s, 0us, true);
  EXPECT_EQ(feed.timeline.channel_time(80s), first.stamp.dts + MediaTime{3s});
  feed.timeline.break_epoch();
  EXPECT_FALSE(feed.timeline.channel_time(80s)) << "its time base is over";
}

TEST(Timeline, KeepsTheRelationOfTheTracksOfAnEpoch) {
  Feed feed;
  const auto video = feed.video(100s, 0us, true);
  const auto audio = feed.audio(99'400ms, 5ms);  // sound that is muxed behind its picture
  EXPECT_FALSE(audio.stamp.new_epoch);
  EXPECT_EQ(video.stamp.dts - audio.stamp.dts, MediaTime{600ms});
  EXPECT_EQ(video.date - audio.date, 600ms);
}

TEST(Timeline, StaysOneEpochOverHoursOfUnwrappedTime) {
  Feed feed;
  const MediaTime wrap{std::int64_t{1} << 33};
  auto last = feed.video(wrap - 10s, 0us, true);
  for (std::chrono::seconds elapsed = 1s; elapsed < 6h; elapsed += 1s) {
    // One picture per second: a step of exactly a second is not a jump.
    const auto mapped = feed.video(wrap - 10s + elapsed, elapsed, true);
    ASSERT_FALSE(mapped.stamp.new_epoch);
    ASSERT_EQ(mapped.stamp.dts - last.stamp.dts, MediaTime{1s});
    last = mapped;
  }
}

TEST(Timeline, GoesOnSeamlesslyAtAJumpForward) {
  Feed feed;
  EXPECT_EQ(feed.play(50s, 4s, 0us), 1);
  const auto before = feed.timeline.date(14s);
  const auto mapped = feed.video(20'050s, 4s, true);
  EXPECT_TRUE(mapped.stamp.new_epoch);
  EXPECT_NEAR(static_cast<double>((mapped.stamp.dts - MediaTime{14s}).count()), 0, 3600);
  EXPECT_NEAR(std::chrono::duration<double>(mapped.date - before).count(), 0, 0.04);
  EXPECT_EQ(feed.play(20'050s + MediaTime{3600}, 4s, 4s + 40ms), 0);
}

TEST(Timeline, GoesOnAtAJumpBackwardAndAtAnEncoderRestart) {
  Feed feed;
  feed.play(5000s, 4s, 0us);
  EXPECT_EQ(feed.play(1400s, 4s, 4s), 1);
  EXPECT_EQ(feed.play(0s, 4s, 8s), 1);
  EXPECT_EQ(feed.timeline.epoch(), 3u);
  EXPECT_NEAR(std::chrono::duration<double>(feed.timeline.date(22s) - (kBegin + 12s)).count(), 0, 0.1);
}

TEST(Timeline, TakesAnOutageThatArrivalConfirmsForNoJump) {
  Feed feed;
  feed.play(50s, 4s, 0us);
  const auto mapped = feed.video(74s, 24s, true);
  EXPECT_FALSE(mapped.stamp.new_epoch);
  EXPECT_EQ(mapped.date, kBegin + 24s);
}

TEST(Timeline, SmoothsSmallStepsBack) {
  Feed feed;
  feed.video(50s, 0us, true);
  const auto at = feed.video(50s + MediaTime{3600}, 40ms);
  const auto back = feed.video(50s + MediaTime{3000}, 80ms);
  EXPECT_FALSE(back.stamp.new_epoch);
  EXPECT_GT(back.stamp.dts, at.stamp.dts);
  EXPECT_GE(back.stamp.pts, back.stamp.dts);
}

// Around a jump the tracks change over one after the other.
TEST(Timeline, DoesNotFlipBetweenTimeBasesWhileTheTracksChangeOver) {
  for (const MediaTime jump : {MediaTime{20'000s}, MediaTime{-3600s}, MediaTime{5s}}) {
    Feed feed;
    int epochs = 0;
    MediaTime last_audio{0};
    for (int i = -100; i < 50; ++i) {
      const MediaTime media = 5004s + i * MediaTime{3600};
      const auto elapsed = 4s + i * 40ms;
      const auto video = feed.video(i < 0 ? media : media + jump, elapsed, i % 50 == 0);
      // The sound comes 400 ms late in the stream: for ten frames behind the jump it still has the old time base.
      const auto audio = feed.audio(i < 10 ? media - 400ms : media - 400ms + jump, elapsed);
      if (i > -100) epochs += video.stamp.new_epoch;
      epochs += audio.stamp.new_epoch;
      EXPECT_GT(audio.stamp.dts, last_audio);
      last_audio = audio.stamp.dts;
      EXPECT_EQ(video.stamp.dts - audio.stamp.dts, MediaTime{400ms}) << i;
    }
    EXPECT_EQ(epochs, 1) << jump.count();
  }
}

TEST(Timeline, GivesATrackOfAnUnrelatedTimeBaseNoEpochOfItsOwn) {
  Feed feed;
  int epochs = 0;
  for (int i = 0; i < 500; ++i) {
    const auto media = i * MediaTime{3600};
    epochs += feed.video(100s + media, i * 40ms, i % 50 == 0).stamp.new_epoch;
    const auto foreign = feed.audio(90'000s + media, i * 40ms);
    epochs += foreign.stamp.new_epoch;
    EXPECT_LT(foreign.stamp.dts, MediaTime{0});
  }
  EXPECT_EQ(epochs, 1);
}

TEST(Timeline, TextsNeverBeginAnEpoch) {
  constexpr std::uint32_t kText = 77;
  Feed feed;
  const auto text = [&](MediaTime time, std::chrono::microseconds elapsed) {
    auto sample = test::sound(time, MediaTime{0}, kText, 16);
    return feed.timeline.map(sample, kBegin + elapsed, kBoot + elapsed, Timeline::Role::kFollows);
  };
  EXPECT_LT(text(100s, 0us).dts, MediaTime{0}) << "nothing has said what time it is";
  feed.play(100s, 4s, 0us);
  const auto near = text(103s, 4s);
  EXPECT_FALSE(near.new_epoch);
  EXPECT_EQ(near.pts, feed.timeline.channel_time(103s));
  EXPECT_LT(text(50'000s, 4s).dts, MediaTime{0});
  EXPECT_LT(text(0s, 5s).dts, MediaTime{0});
  EXPECT_EQ(feed.play(104s, 30s, 4s), 0) << "the pictures go on in their epoch";
  EXPECT_EQ(text(134s, 34s).pts, feed.timeline.channel_time(134s)) << "half a minute later";
  feed.timeline.break_epoch();
  EXPECT_LT(text(135s, 35s).dts, MediaTime{0});
  EXPECT_EQ(feed.timeline.epoch(), 1u);
}

TEST(Timeline, BreakEpochStartsOneWhateverTheTimestamps) {
  Feed feed;
  feed.play(50s, 4s, 0us);
  feed.timeline.break_epoch();
  EXPECT_EQ(feed.play(54s, 4s, 4s), 1);
  feed.timeline.break_epoch();
  EXPECT_EQ(feed.play(0s, 4s, 8s), 1);
  EXPECT_EQ(feed.timeline.epoch(), 3u);
}

TEST(Timeline, LoopedFilesRunThroughWithoutAStepOfTheDate) {
  Feed feed;
  UtcTime last{};
  for (int loop = 0; loop < 20; ++loop) {
    feed.timeline.break_epoch();
    for (int i = 0; i < 100; ++i) {
      const auto elapsed = loop * 4s + i * 40ms + (i % 3) * 5ms;
      const auto mapped = feed.video(i * MediaTime{3600}, elapsed, i % 50 == 0);
      if (last != UtcTime{}) EXPECT_NEAR(std::chrono::duration<double>(mapped.date - last).count(), 0.04, 0.0005);
      last = mapped.date;
    }
  }
}

struct Drift {
  double ppm;
  double jitter_ms;
};
class Drifting : public testing::TestWithParam<Drift> {};

// A source whose clock is wrong, for a day: the date stays near UTC, never steps, and agrees with segment durations.
TEST_P(Drifting, KeepsTheDateNearUtcForADayWithoutAStep) {
  Feed feed;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> jitter(0, GetParam().jitter_ms / 1000);
  constexpr MediaTime kSegment = 2s;
  UtcTime last_date{};
  double worst = 0;
  double worst_step = 0;
  for (std::int64_t i = 0; i < 24 * 3600 / 2; ++i) {
    const double media = static_cast<double>(i) * 2;
    const double real = media / (1 + GetParam().ppm * 1e-6) + jitter(random);
    const std::chrono::microseconds elapsed{std::llround(real * 1e6)};
    const auto mapped = feed.video(9000s + i * kSegment, elapsed, true);
    ASSERT_EQ(mapped.stamp.new_epoch, i == 0);
    worst = std::max(worst, std::abs(std::chrono::duration<double>(mapped.date - mapped.arrival).count()));
    if (i > 0)
      worst_step = std::max(worst_step, std::abs(std::chrono::duration<double>(mapped.date - last_date).count() - 2));
    last_date = mapped.date;
  }
  EXPECT_LE(worst, 0.5);
  EXPECT_LE(worst_step, 0.00101);  // 500 ppm of 2 s
}

INSTANTIATE_TEST_SUITE_P(Sources, Drifting,
                         testing::Values(Drift{0, 0}, Drift{100, 0}, Drift{-100, 0}, Drift{100, 80}, Drift{-100, 80},
                                         Drift{300, 20}));

// The sound began the epoch, 0.4 s nearer to its time than the pictures, and ends: the date does not move for that.
TEST(Timeline, KeepsTheDateNearUtcByTheOtherTracksWhenTheLeadingOneEnds) {
  Feed feed;
  feed.audio(9000s, 0us);
  double worst = 0;
  for (std::int64_t i = 0; i < 24 * 3600; ++i) {
    const std::chrono::microseconds elapsed{i * 1'000'000 + 10'000 - i * 100};  // 100 ppm fast
    const auto mapped = feed.video(9000s + 400ms + i * MediaTime{1s}, elapsed, true);
    ASSERT_FALSE(mapped.stamp.new_epoch);
    const auto ahead = mapped.date - mapped.arrival;
    worst = std::max(worst, std::abs(std::chrono::duration<double>(ahead).count() - 0.4));
    if (i < 20) feed.audio(9000s + i * MediaTime{1s} + 20ms, elapsed + 20ms);
  }
  EXPECT_LT(worst, 0.05);
}

TEST(Timeline, StartsAnEpochAtAKeyFrameWhenTheDateCannotFollow) {
  Feed feed;
  int epochs = 0;
  double worst = 0;
  for (int i = 0; i < 25 * 600; ++i) {
    // A source that runs one per cent too fast.
    const std::chrono::microseconds elapsed{std::llround(i * 40'000 / 1.01)};
    const bool key = i % 50 == 0;
    const auto video = feed.video(100s + i * MediaTime{3600}, elapsed, key);
    const auto audio = feed.audio(100s + i * MediaTime{3600}, elapsed);
    EXPECT_FALSE(audio.stamp.new_epoch);
    if (video.stamp.new_epoch) {
      ++epochs;
      EXPECT_TRUE(key);
    }
    worst = std::max(worst, std::abs(std::chrono::duration<double>(video.date - video.arrival).count()));
  }
  EXPECT_GT(epochs, 3);
  EXPECT_LT(epochs, 25);
  EXPECT_LT(worst, 1.0);
}

TEST(Timeline, DoesNotFollowBurstsOfDelivery) {
  Feed feed;
  // A pull of HLS: six seconds at once, every six seconds.
  for (int burst = 0; burst < 100; ++burst) {
    for (int i = 0; i < 150; ++i) {
      const auto mapped = feed.video(burst * 6s + i * MediaTime{3600}, burst * 6s, i % 50 == 0);
      ASSERT_EQ(mapped.stamp.new_epoch, burst == 0 && i == 0);
      ASSERT_NEAR(std::chrono::duration<double>(mapped.date - kBegin).count(), burst * 6 + i * 0.04, 0.1);
    }
  }
}

}  // namespace
}  // namespace grandstand::media
