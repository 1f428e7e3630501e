// SPDX-License-Identifier: MIT
#include "live_stream.hpp"

#include <gtest/gtest.h>

namespace grandstand::hlscheck {
namespace {

TEST(PerfectStream, OfLowLatencyHasNoFinding) {
  LiveStream stream;
  const auto report = stream.check(std::chrono::seconds(20));
  EXPECT_TRUE(report.findings.empty()) << to_text(report);
  EXPECT_TRUE(report.notes.empty()) << to_text(report);
  EXPECT_EQ(report.playlists, 4u);
  EXPECT_GT(report.versions, 100u);
  EXPECT_GT(report.segments, 30u);
}

TEST(PerfectStream, OfTransportStreamsHasNoFinding) {
  LiveStream stream(LiveStream::Container::kTs);
  const auto report = stream.check(std::chrono::seconds(30));
  EXPECT_TRUE(report.findings.empty()) << to_text(report);
  EXPECT_GT(report.segments, 30u);
}

}  // namespace
}  // namespace grandstand::hlscheck
