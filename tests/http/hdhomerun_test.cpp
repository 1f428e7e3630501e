// SPDX-License-Identifier: MIT
#include "hdhomerun.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

std::vector<channels::ChannelStatus> lineup() {
  std::vector<channels::ChannelStatus> channels(3);
  channels[0].id = ChannelId("news");
  channels[0].name = "News";
  channels[0].number = 1;
  channels[1].id = ChannelId("late");
  channels[1].name = "Late";
  channels[2].id = ChannelId("later");
  channels[2].name = "Later";
  return channels;
}

TEST(HdHomeRun, TheDeviceIdMadeOfTheNamePassesTheCheckThatClientsMake) {
  for (const char* name : {"Grandstand", "Living room", "", "Ünïcode"}) {
    EXPECT_TRUE(is_hdhomerun_device_id(hdhomerun_device_id({.hdhomerun_name = name}))) << name;
  }
  auto id = hdhomerun_device_id({});
  id.back() = id.back() == '0' ? '1' : '0';
  EXPECT_FALSE(is_hdhomerun_device_id(id));
  EXPECT_FALSE(is_hdhomerun_device_id("1010CF"));
  EXPECT_FALSE(is_hdhomerun_device_id("nonsense"));
}

TEST(HdHomeRun, TheDeviceIdOfTheSettingsIsTaken) {
  EXPECT_EQ(hdhomerun_device_id({.hdhomerun_device_id = "12345678"}), "12345678");
}

TEST(HdHomeRun, ChannelsWithoutANumberGetOneThatIsFoundAgain) {
  const auto channels = lineup();
  EXPECT_EQ(hdhomerun_guide_number(channels, 0), "1");
  EXPECT_EQ(hdhomerun_guide_number(channels, 2), "9002");
  EXPECT_EQ(find_guide_number(channels, "9002"), ChannelId("later"));
  EXPECT_EQ(find_guide_number(channels, "1"), ChannelId("news"));
  EXPECT_FALSE(find_guide_number(channels, "2"));
}

TEST(HdHomeRun, NoTwoChannelsHaveOneNumber) {
  auto channels = lineup();
  channels[0].number = 9002;
  EXPECT_EQ(hdhomerun_guide_number(channels, 0), "9002");
  EXPECT_EQ(hdhomerun_guide_number(channels, 1), "9001");
  EXPECT_EQ(hdhomerun_guide_number(channels, 2), "9003");
  EXPECT_EQ(find_guide_number(channels, "9002"), ChannelId("news"));
  channels[0].number = 9001;
  EXPECT_EQ(hdhomerun_guide_number(channels, 1), "9002");
  EXPECT_EQ(hdhomerun_guide_number(channels, 2), "9003");
}

TEST(HdHomeRun, TheLineupNamesNumberNameAndStream) {
  const auto json = nlohmann::json::parse(write_hdhomerun_lineup(lineup(), "http://tv.example"));
  ASSERT_EQ(json.size(), 3U);
  EXPECT_EQ(json[0]["GuideNumber"], "1");
  EXPECT_EQ(json[0]["GuideName"], "News");
  EXPECT_EQ(json[1]["URL"], "http://tv.example/auto/v9001");
}

TEST(HdHomeRun, DiscoveryNamesTheLineupAndTheTuners) {
  const auto json = nlohmann::json::parse(write_discover({.hdhomerun_tuners = 3}, "http://tv.example"));
  EXPECT_EQ(json["LineupURL"], "http://tv.example/lineup.json");
  EXPECT_EQ(json["TunerCount"], 3);
  EXPECT_EQ(json["FriendlyName"], "Grandstand");
}

}  // namespace
}  // namespace grandstand::http
