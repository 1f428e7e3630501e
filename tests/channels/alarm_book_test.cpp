// SPDX-License-Identifier: MIT
#include "alarm_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using ingest::SignalCheck;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr UtcTime kNow{std::chrono::hours(400'000)};

// A live channel with two sources that are well.
struct Watched {
  ChannelStatus status;
  ChannelMonitor monitor;

  Watched() {
    status.state = ChannelState::kLive;
    status.sources = {{"udp://239.0.0.1:5000", "running", "", 100, true}, {"udp://239.0.0.2:5000", "running", "", 100}};
    monitor.at = kNow;
    monitor.since = kNow - 1h;
    monitor.sources.resize(2);
    for (auto& source : monitor.sources) source.received = source.report.packets = true;
    monitor.segment_age = 2s;
    monitor.target_duration = 4s;
  }
  void fail(std::size_t source, SignalCheck check) {
    monitor.sources[source].report.checks[static_cast<std::size_t>(check)].in_alarm = true;
  }
  // "name/source/severity"
  std::vector<std::string> alarms() const {
    std::vector<std::string> list;
    for (const auto& alarm : find_alarms(status, monitor)) {
      list.push_back(alarm.name + "/" + std::to_string(alarm.source) + "/" + std::string(to_string(alarm.severity)));
    }
    return list;
  }
};

TEST(FindAlarms, FindsNoneWhereAllIsWell) {
  EXPECT_THAT(Watched{}.alarms(), ElementsAre());
}

TEST(FindAlarms, SaysWhenRecordingStopped) {
  Watched full;
  full.monitor.recording_trouble = "the disk has less than dvr.min_free left";
  ASSERT_THAT(full.alarms(), ElementsAre("recording_stopped/0/warning"));
  EXPECT_EQ(find_alarms(full.status, full.monitor)[0].text, full.monitor.recording_trouble);
}

TEST(FindAlarms, SaysWhatIsOnAirInsteadOfTheProgramme) {
  Watched slate;
  slate.status.state = ChannelState::kSlate;
  EXPECT_THAT(slate.alarms(), ElementsAre("slate/0/critical"));
  Watched down;
  down.status.state = ChannelState::kDown;
  down.status.reason = "nothing arrived for 4 s";
  down.monitor.segment_age = 60s;
  ASSERT_THAT(down.alarms(), ElementsAre("down/0/critical"));
  EXPECT_THAT(find_alarms(down.status, down.monitor)[0].text, HasSubstr("nothing arrived for 4 s"));
  Watched backup;
  backup.status.sources[0].on_air = false;
  backup.status.sources[1].on_air = true;
  EXPECT_THAT(backup.alarms(), ElementsAre("backup_on_air/2/notice"));
}

TEST(FindAlarms, ANewChannelMayTakeItsTime) {
  Watched channel;
  channel.status.state = ChannelState::kStarting;
  channel.monitor.segment_age.reset();
  channel.monitor.since = kNow - 5s;
  EXPECT_THAT(channel.alarms(), ElementsAre());
  channel.monitor.since = kNow - 20s;
  EXPECT_THAT(channel.alarms(), ElementsAre("starting/0/warning"));
}

TEST(FindAlarms, SegmentsAreLateAfterOneAndAHalfTargetDurations) {
  Watched channel;
  channel.monitor.segment_age = 6'900ms;
  EXPECT_THAT(channel.alarms(), ElementsAre());
  channel.monitor.segment_age = 7'100ms;
  EXPECT_THAT(channel.alarms(), ElementsAre("segments_late/0/critical"));
}

TEST(FindAlarms, TellsWhatIsWrongWithASource) {
  Watched channel;
  channel.status.sources[1] = {"udp://239.0.0.2:5000", "failing", "nothing arrived for 3 s", 0};
  channel.status.sources[0].reason = "no sound for 6 s";
  EXPECT_THAT(channel.alarms(), ElementsAre("source_degraded/1/warning", "source_failing/2/warning"));
  channel.status.sources[1] = {"udp://239.0.0.2:5000", "standby", "", 0};
  channel.status.sources[0].reason.clear();
  EXPECT_THAT(channel.alarms(), ElementsAre()) << "a source in cold standby is no trouble";
}

TEST(FindAlarms, GradesChecksByTheirPriority) {
  Watched channel;
  channel.fail(0, SignalCheck::kContinuity);
  channel.fail(1, SignalCheck::kPcrRepetition);
  EXPECT_THAT(channel.alarms(), ElementsAre("tr101290_continuity/1/warning", "tr101290_pcr_repetition/2/notice"));
}

TEST(FindAlarms, WithoutSynchronisationNothingElseIsSaid) {
  Watched channel;
  for (const auto check : {SignalCheck::kSyncLoss, SignalCheck::kPat, SignalCheck::kPmt, SignalCheck::kPid}) {
    channel.fail(0, check);
  }
  EXPECT_THAT(channel.alarms(), ElementsAre("tr101290_sync_loss/1/warning"));
}

TEST(FindAlarms, LossOnTheNetworkIsOneAlarmForAWhile) {
  Watched channel;
  channel.monitor.sources[0].latest_rtp_loss = kNow - 10s;
  channel.monitor.sources[1].latest_kernel_drop = kNow - 10s;
  EXPECT_THAT(channel.alarms(), ElementsAre("rtp_loss/1/warning", "kernel_drops/2/warning"));
  channel.monitor.at += 10s;
  EXPECT_THAT(channel.alarms(), ElementsAre());
}

TEST(FindAlarms, SaysWhatTheLadderLeavesOut) {
  Watched channel;
  channel.status.trouble = "1080p is left out: the machine cannot keep up";
  EXPECT_THAT(channel.alarms(), ElementsAre("ladder_shed/0/warning"));
}

TEST(FindAlarms, ALadderThatCannotBeMadeIsNoOverloadedMachine) {
  Watched channel;
  channel.status.trouble = "the ladder cannot be made: h264_bogus: libavcodec has no H.264 encoder of this name";
  channel.status.ladder_failed = true;
  EXPECT_THAT(channel.alarms(), ElementsAre("ladder_failed/0/warning"));
}

TEST(AlarmBook, RemembersSinceWhenAnAlarmLasts) {
  AlarmBook book;
  book.update({{"slate", Severity::kCritical, 0, "a", kNow}}, kNow);
  book.update({{"slate", Severity::kCritical, 0, "b", kNow + 5s}}, kNow + 5s);
  ASSERT_EQ(book.alarms().size(), 1u);
  EXPECT_EQ(book.alarms()[0].since, kNow);
  EXPECT_EQ(book.alarms()[0].text, "b");
  EXPECT_EQ(book.history().size(), 1u);
}

TEST(AlarmBook, KeepsWhatCameAndWentNewestFirst) {
  AlarmBook book;
  book.update({{"rtp_loss", Severity::kWarning, 1, "", kNow}}, kNow);
  book.update({}, kNow + 5s);
  ASSERT_EQ(book.history().size(), 2u);
  EXPECT_FALSE(book.history()[0].raised);
  EXPECT_EQ(book.history()[0].at, kNow + 5s);
  EXPECT_EQ(book.history()[0].alarm.since, kNow);
  EXPECT_TRUE(book.history()[1].raised);
  for (int i = 0; i < 100; ++i) {
    book.update({{"rtp_loss", Severity::kWarning, 1, "", kNow}}, kNow);
    book.update({}, kNow);
  }
  EXPECT_EQ(book.history().size(), AlarmBook::kHistory);
}

TEST(AlarmBook, TheGravestComesFirst) {
  AlarmBook book;
  book.update(
      {{"backup_on_air", Severity::kNotice, 2}, {"rtp_loss", Severity::kWarning, 1}, {"slate", Severity::kCritical}},
      kNow);
  EXPECT_EQ(book.alarms()[0].name, "slate");
  EXPECT_EQ(book.alarms()[2].name, "backup_on_air");
}

}  // namespace
}  // namespace grandstand::channels
