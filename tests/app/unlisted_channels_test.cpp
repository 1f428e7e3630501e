// SPDX-License-Identifier: MIT
#include "unlisted_channels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

TEST(UnlistedChannels, AreThoseThatTheLineupDoesNotHave) {
  channels::Lineup lineup;
  lineup.channels.emplace_back();
  lineup.channels.back().id = ChannelId("news");
  EXPECT_THAT(unlisted_channels({"news", "nwes", "*"}, lineup), testing::ElementsAre("nwes"));
}

}  // namespace
}  // namespace grandstand::app
