// SPDX-License-Identifier: MIT
#include "source_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using Verdict = SourceHealth::Verdict;

class SourceWatchTest : public testing::Test {
 protected:
  SourceWatchTest() {
    auto tracks = std::make_shared<media::TrackSet>();
    tracks->tracks.resize(2);
    tracks->tracks[0].id = 1;
    tracks->tracks[1].id = 2;
    tracks->tracks[1].codec = media::Codec::kAac;
    watch_.open(now_);
    watch_.on_tracks(tracks);
  }

  void run(std::chrono::seconds time, bool video, bool audio, bool keys = true) {
    for (auto end = now_ + time; now_ < end; now_ += 40ms) {
      media::Sample sample;
      sample.data = SharedBytes(std::string(5'000, 'x'));  // with sound, 2 Mbit/s
      sample.key = keys;
      sample.track = 1;
      if (video) watch_.on_sample(sample, now_);
      sample.track = 2;
      sample.key = true;
      if (audio) watch_.on_sample(sample, now_);
    }
  }
  SourceHealth health() { return watch_.assess(now_); }

  FailoverSettings settings_{.bit_rate_floor = 1'500};
  SteadyTime now_{1h};
  SourceWatch watch_{settings_, ingest::FeedSettings{}};
};

TEST_F(SourceWatchTest, ASourceIsWellFromItsFirstKeyFrame) {
  EXPECT_EQ(health().verdict, Verdict::kOpening);
  run(1s, true, true, false);
  EXPECT_EQ(health().verdict, Verdict::kOpening);
  run(1s, true, true);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
  EXPECT_EQ(health().score, 100);
}

TEST_F(SourceWatchTest, PicturesWithoutAnyKeyFrameAreTakenAfterAWhile) {
  run(11s, true, true, false);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
}

TEST_F(SourceWatchTest, SilenceIsAFailure) {
  now_ += 3s;
  EXPECT_EQ(health().verdict, Verdict::kFailing);
  EXPECT_EQ(health().reason, "nothing arrived for 3 s");
  run(1s, true, true);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
}

TEST_F(SourceWatchTest, NoPicturesAreAFailureAndNoSoundIsWorseThanAll) {
  run(2s, true, true);
  run(6s, false, true);
  EXPECT_EQ(health().verdict, Verdict::kFailing);
  EXPECT_THAT(health().reason, testing::StartsWith("no pictures for "));
  run(10s, true, false);
  EXPECT_EQ(health().verdict, Verdict::kDegraded);
  EXPECT_THAT(health().reason, testing::HasSubstr("no sound for "));
  EXPECT_LT(health().score, 100);
}

TEST_F(SourceWatchTest, TooLowABitRateIsSeenAfterSixSeconds) {
  run(4s, true, false);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
  run(3s, true, false);
  EXPECT_THAT(health().reason, testing::HasSubstr("kbit/s are less than the 1500 asked for"));
  run(8s, true, true);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
}

TEST_F(SourceWatchTest, ContinuityErrorsAndScramblingCount) {
  run(2s, true, true);
  ingest::SignalReport report;
  auto& errors = report.checks[static_cast<std::size_t>(ingest::SignalCheck::kContinuity)].errors;
  errors = 1'000;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().verdict, Verdict::kHealthy) << "they are of the time before";
  now_ += 1s;
  errors += 50;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().reason, "50 continuity errors per second");
  now_ += 1s;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
  report.scrambled_share = 0.9;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().reason, "it is scrambled");
}

TEST_F(SourceWatchTest, PacketsWithoutAClockReferenceCount) {
  run(2s, true, true);
  ingest::SignalReport report;
  report.packets = true;
  report.since_pcr = 4s;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().verdict, Verdict::kDegraded);
  EXPECT_EQ(health().reason, "no clock reference (PCR) for 4 s");
  report.since_packet = 4s;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().verdict, Verdict::kHealthy) << "nothing comes at all";
  report.since_packet = 0s;
  report.since_pcr = 40ms;
  watch_.on_report(report, now_);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
}

TEST_F(SourceWatchTest, SilenceIsNoLackOfPicturesOrSound) {
  ingest::FeedSettings feed;
  feed.silence_timeout = 20s;
  auto tracks = std::make_shared<media::TrackSet>();
  tracks->tracks.resize(1);
  tracks->tracks[0].id = 1;
  watch_ = SourceWatch({.bit_rate_floor = 500}, feed);
  watch_.open(now_);
  watch_.on_tracks(tracks);
  run(8s, true, false);
  now_ += 10s;
  EXPECT_EQ(health().verdict, Verdict::kHealthy) << health().reason;
  now_ += 10s;
  EXPECT_THAT(health().reason, testing::StartsWith("nothing arrived for "));
}

TEST_F(SourceWatchTest, APublisherWhoWasHeardMayBeAwayForItsGrace) {
  ingest::FeedSettings feed;
  feed.url = "rtmp://publish";
  feed.reconnect_grace = 20s;
  const auto tracks = std::make_shared<media::TrackSet>();
  tracks->tracks.resize(1);
  tracks->tracks[0].id = 1;
  watch_ = SourceWatch({}, feed);
  watch_.open(now_);
  now_ += 3s;
  EXPECT_EQ(health().verdict, Verdict::kFailing) << "nobody came";
  watch_.on_tracks(tracks);
  run(2s, true, false);
  now_ += 19s;
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
  now_ += 1s;
  EXPECT_EQ(health().verdict, Verdict::kFailing);
}

TEST_F(SourceWatchTest, ContentThatShowsNothingCountsWhereItIsAskedFor) {
  run(1s, true, true);
  const ContentJudge::Verdict nothing{.black_since = now_, .frozen_since = {}, .silent_since = now_};
  watch_.on_content(nothing);
  run(5s, true, true);
  EXPECT_EQ(health().verdict, Verdict::kHealthy) << "nobody asked";
  FailoverSettings settings;
  settings.black_picture = 4s;
  settings.frozen_picture = 4s;
  settings.silent_sound = 10s;
  watch_.set_settings(settings);
  EXPECT_EQ(health().verdict, Verdict::kDegraded);
  EXPECT_EQ(health().reason, "a black picture for 5 s");
  watch_.on_content({});
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
}

TEST_F(SourceWatchTest, WhatTheChannelCannotUseFailsUntilOtherTracksCome) {
  run(1s, true, true);
  watch_.refuse("no codec fits");
  EXPECT_EQ(health().reason, "no codec fits");
  auto others = std::make_shared<media::TrackSet>();
  others->tracks.resize(1);
  others->tracks[0].id = 1;
  watch_.on_tracks(others);
  EXPECT_EQ(health().verdict, Verdict::kHealthy);
}

}  // namespace
}  // namespace grandstand::channels
