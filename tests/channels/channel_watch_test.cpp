// SPDX-License-Identifier: MIT
#include "channel_watch.hpp"

#include "manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using ingest::SignalCheck;
using testing::HasSubstr;
using testing::Not;

class ChannelWatchTest : public testing::Test {
 protected:
  ChannelWatchTest() {
    status_.id = ChannelId("news");
    status_.state = ChannelState::kLive;
    status_.sources = {{"udp://239.0.0.1:5000", "running", "", 100, true},
                       {"udp://239.0.0.2:5000", "running", "", 100}};
    watch_.set_sources(2);
  }

  ingest::SignalReport report(std::uint64_t cc_errors, double bit_rate = 4e6) {
    ingest::SignalReport report;
    report.packets = true;
    report.bit_rate = bit_rate;
    report.checks[static_cast<std::size_t>(SignalCheck::kContinuity)].errors = cc_errors;
    return report;
  }
  void update(std::vector<std::optional<ingest::SignalReport>> reports) {
    watch_.update(status_, reports);
    clock_.advance(1s);
  }
  std::uint64_t cc_errors(std::size_t source) {
    return watch_.monitor()->sources.at(source).report.check(SignalCheck::kContinuity).errors;
  }
  static hls::FinishedSegment segment(const std::string& rendition, std::size_t bytes) {
    hls::FinishedSegment segment;
    segment.rendition =
        std::make_shared<hls::RenditionDescription>(hls::RenditionDescription{rendition, "", "ts", "", 0});
    segment.duration = 2s;
    segment.target_duration = 2s;
    auto media = std::make_shared<hls::Resource>();
    media->body = SharedBytes(std::string(bytes, 'x'));
    segment.media = media;
    return segment;
  }

  ManualClock clock_;
  ops::Metrics metrics_;
  ChannelStatus status_;
  ChannelWatch watch_{ChannelId("news"), metrics_, clock_, nullptr};
};

TEST_F(ChannelWatchTest, CountsGoOnWhenASourceIsOpenedAnew) {
  update({report(3), std::nullopt});
  update({report(5), std::nullopt});
  update({std::nullopt, std::nullopt});
  EXPECT_FALSE(watch_.monitor()->sources[0].received);
  update({report(2), std::nullopt});
  EXPECT_EQ(cc_errors(0), 7u);
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_tr101290_errors_total{channel=\"news\",check=\"continuity\","
                                           "priority=\"1\",source=\"1\"} 7"));
}

TEST_F(ChannelWatchTest, RemembersWhenACheckFailedLast) {
  update({report(0), report(0)});
  const auto index = static_cast<std::size_t>(SignalCheck::kContinuity);
  EXPECT_FALSE(watch_.monitor()->sources[0].latest_errors[index]);
  const auto failed = clock_.utc();
  update({report(1), report(0)});
  update({report(1), report(0)});
  EXPECT_EQ(watch_.monitor()->sources[0].latest_errors[index], failed);
  EXPECT_FALSE(watch_.monitor()->sources[1].latest_errors[index]);
}

TEST_F(ChannelWatchTest, AnotherSourceInTheSamePlaceIsNoBurstOfErrors) {
  update({report(1), report(1'000)});
  watch_.set_sources(1);
  update({report(1'000)});  // the one that was second
  EXPECT_EQ(cc_errors(0), 1u);
  update({report(1'002)});
  EXPECT_EQ(cc_errors(0), 3u);
}

TEST_F(ChannelWatchTest, SeriesOfASourceThatIsGoneAreNotShown) {
  update({report(1), report(1)});
  EXPECT_THAT(metrics_.render(), HasSubstr("source=\"2\""));
  watch_.set_sources(1);
  update({report(1)});
  EXPECT_THAT(metrics_.render(), Not(HasSubstr("source=\"2\"")));
  EXPECT_THAT(metrics_.render(), HasSubstr("source=\"1\""));
  watch_.set_sources(2);
  EXPECT_THAT(metrics_.render(), HasSubstr("source=\"2\""));
}

TEST_F(ChannelWatchTest, KeepsTwoMinutesOfTheBitRateOnAir) {
  for (int i = 0; i < 300; ++i) update({report(0, i), report(0, 9e6)});
  const auto monitor = watch_.monitor();
  ASSERT_EQ(monitor->bit_rates.size(), 60u);
  EXPECT_EQ(monitor->bit_rates.back(), 298);
  EXPECT_EQ(monitor->bit_rates.front(), 180);
  EXPECT_EQ(monitor->bit_rate, 299);
}

// An archive without a disk.
class Refusing final : public hls::SegmentObserver {
 public:
  void on_segment(const hls::FinishedSegment&) override {}
  std::string trouble(const ChannelId& channel) const override { return channel.value() == "news" ? reason : ""; }
  std::string reason;
};

TEST_F(ChannelWatchTest, RaisesAnAlarmWhileRecordingIsStopped) {
  Refusing archive;
  ChannelWatch watch(ChannelId("news"), metrics_, clock_, &archive);
  for (const std::string reason : {"", "No space left on device", ""}) {
    archive.reason = reason;
    watch.update(status_, {});
    const auto alarms = watch.monitor()->alarms;
    ASSERT_EQ(alarms.size(), reason.empty() ? 0u : 1u);
    if (!alarms.empty()) EXPECT_EQ(alarms[0].name + ": " + alarms[0].text, "recording_stopped: " + reason);
  }
}

TEST_F(ChannelWatchTest, TellsSinceWhenAStateLasts) {
  const auto began = clock_.utc();
  update({report(0), report(0)});
  update({report(0), report(0)});
  EXPECT_EQ(watch_.monitor()->since, began);
  status_.state = ChannelState::kSlate;
  const auto slate = clock_.utc();
  update({});
  update({});
  EXPECT_EQ(watch_.monitor()->since, slate);
  ASSERT_EQ(watch_.monitor()->alarms.size(), 1u);
  EXPECT_EQ(watch_.monitor()->alarms[0].since, slate);
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_channel_alarms{channel=\"news\",severity=\"critical\"} 1"));
}

TEST_F(ChannelWatchTest, MeasuresWhatIsPackaged) {
  for (int i = 0; i < 10; ++i) {
    watch_.segments().on_segment(segment("ts", 1'000'000));
    watch_.segments().on_segment(segment("fmp4", 500'000));
    clock_.advance(2s);
  }
  update({report(0), report(0)});
  const auto monitor = watch_.monitor();
  ASSERT_EQ(monitor->renditions.size(), 2u);
  EXPECT_EQ(monitor->renditions[0].name, "fmp4");
  EXPECT_DOUBLE_EQ(monitor->renditions[0].bit_rate, 2e6);
  EXPECT_DOUBLE_EQ(monitor->renditions[1].bit_rate, 4e6);
  EXPECT_EQ(monitor->segment_age, 2s);
  EXPECT_EQ(monitor->target_duration, 2s);
}

TEST_F(ChannelWatchTest, ARenditionThatEndedIsForgotten) {
  watch_.segments().on_segment(segment("ts", 1'000));
  clock_.advance(61s);
  watch_.segments().on_segment(segment("fmp4", 1'000));
  update({});
  EXPECT_EQ(watch_.monitor()->renditions.size(), 1u);
}

}  // namespace
}  // namespace grandstand::channels
