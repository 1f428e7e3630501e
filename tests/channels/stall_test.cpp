// SPDX-License-Identifier: MIT
#include <grandstand/channels/stall.hpp>

#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;

ChannelSettings channel_of(std::string url) {
  ChannelSettings channel;
  channel.sources.emplace_back().url = std::move(url);
  return channel;
}

TEST(Stall, IsTheSegmentTheSilenceAndTheHoldDown) {
  auto channel = channel_of("udp://239.1.1.1:5000");
  channel.sources[0].silence_timeout = 1'500ms;
  channel.failover.hold_down = 700ms;
  EXPECT_EQ(longest_stall(channel, {.segment_duration = 2s}), 4'200ms);
  channel.sources.push_back(channel.sources[0]);
  channel.sources[1].silence_timeout = 4s;
  EXPECT_EQ(longest_stall(channel, {.segment_duration = 2s}), 6'700ms);
}

TEST(Stall, OfAPublisherEndsWithItsGraceToo) {
  auto channel = channel_of("rtmp://publish");
  channel.sources[0].reconnect_grace = 10s;
  EXPECT_EQ(longest_stall(channel, {}), 13s);
}

TEST(Stall, IsNoneWhereNothingFallsSilentOrNothingTakesItsPlace) {
  EXPECT_EQ(longest_stall(channel_of("file:/film.mp4"), {}), 0s);
  EXPECT_EQ(longest_stall(channel_of("film.mp4"), {}), 0s);
  auto channel = channel_of("udp://239.1.1.1:5000");
  channel.failover.slate = "none";
  EXPECT_EQ(longest_stall(channel, {}), 0s);
  channel.sources.push_back(channel.sources[0]);
  EXPECT_GT(longest_stall(channel, {}), 0s);
}

TEST(Stall, IsToleratedWithTheDefaults) {
  EXPECT_LE(longest_stall(channel_of("udp://239.1.1.1:5000"), {}), tolerated_stall({}));
  EXPECT_LE(longest_stall(channel_of("rtmp://publish"), {}), tolerated_stall({}));
  EXPECT_GT(longest_stall(channel_of("udp://239.1.1.1:5000"), {.max_segment_duration = 3s}),
            tolerated_stall({.max_segment_duration = 3s}));
}

}  // namespace
}  // namespace grandstand::channels
