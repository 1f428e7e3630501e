// SPDX-License-Identifier: MIT
#include "sequence_keeper.hpp"

#include "captured_log.hpp"
#include "manual_clock.hpp"
#include "test_database.hpp"

#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

using namespace std::chrono_literals;

class SequenceKeeperTest : public testing::Test {
 protected:
  SequenceKeeperTest() { start(); }

  // As the daemon does, and its one channel.
  void start() {
    keeper_.emplace(file_, clock_);
    const auto clock = hls::numbers_by_clock(clock_.utc());
    const auto kept = keeper_->at_least(news_.id);
    news_.numbers = {std::max(clock.media, kept.media), std::max(clock.discontinuity, kept.discontinuity)};
  }
  void run(std::chrono::seconds time, std::chrono::milliseconds segment, std::chrono::seconds discontinuity) {
    for (auto at = 0ms; at < time; at += 1s) {
      clock_.advance(1s);
      for (; segments_ <= at; segments_ += segment) ++news_.numbers.media;
      for (; discontinuities_ <= at; discontinuities_ += discontinuity) ++news_.numbers.discontinuity;
      keeper_->tick({news_});
    }
    segments_ = discontinuities_ = 0ms;
  }

  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "data" / "sequence_numbers";
  ManualClock clock_;
  channels::ChannelStatus news_{.id = ChannelId("news")};
  std::optional<SequenceKeeper> keeper_;
  std::chrono::milliseconds segments_{0}, discontinuities_{0};
};

TEST_F(SequenceKeeperTest, NumbersThatOutrunTheClockNeverFallBackOverARestart) {
  const auto first = news_.numbers;
  for (int restarts = 0; restarts < 3; ++restarts) {
    run(20min, 960ms, 10s);
    const auto before = news_.numbers;
    start();
    EXPECT_GE(news_.numbers.media, before.media);
    EXPECT_GT(news_.numbers.discontinuity, before.discontinuity);
    EXPECT_LE(news_.numbers.media, before.media + 20);
    EXPECT_LE(news_.numbers.discontinuity, before.discontinuity + 20);
  }
  const auto clock = hls::numbers_by_clock(clock_.utc());
  EXPECT_GT(news_.numbers.media, clock.media) << "the clock alone would not do";
  EXPECT_GT(news_.numbers.discontinuity - first.discontinuity, 3 * 120u);
}

TEST_F(SequenceKeeperTest, ForgetsChannelsThatTheClockHasOvertaken) {
  run(3h, 2s, 24h);
  EXPECT_EQ(keeper_->at_least(news_.id), hls::SequenceNumbers{});
  EXPECT_EQ(std::filesystem::file_size(file_), 0u);
}

TEST_F(SequenceKeeperTest, AFileThatIsDamagedOrCannotBeWrittenStopsNothing) {
  run(1min, 960ms, 10s);
  std::ofstream(file_) << "news twelve 1\n";
  start();
  EXPECT_EQ(keeper_->at_least(news_.id), hls::SequenceNumbers{});
  test::CapturedLog log;
  std::filesystem::remove_all(file_.parent_path());
  std::ofstream(file_.parent_path()) << "no folder";
  run(1min, 500ms, 1s);
  const auto told = log.take();
  EXPECT_THAT(told, testing::HasSubstr("How far playlists have counted cannot be kept"));
  EXPECT_EQ(told.find("cannot be kept"), told.rfind("cannot be kept")) << "said once";
  EXPECT_GT(keeper_->at_least(news_.id).media, 0u);
}

}  // namespace
}  // namespace grandstand::app
