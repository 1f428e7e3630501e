// SPDX-License-Identifier: MIT
#include "m3u.hpp"

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

TEST(M3u, NamesEveryChannelWithItsAttributes) {
  std::vector<channels::ChannelStatus> lineup(2);
  lineup[0] = {ChannelId("news"), "News \"24\"", 1, "Info;World", "/logos/news.svg"};
  lineup[1] = {ChannelId("late"), "Late\nshow", 0, "", "https://cdn.example/late.png"};
  EXPECT_EQ(write_m3u(lineup, "http://tv.example:8080", "index.m3u8"),
            "#EXTM3U x-tvg-url=\"http://tv.example:8080/epg.xml\" url-tvg=\"http://tv.example:8080/epg.xml\"\n"
            "#EXTINF:-1 tvg-id=\"news\" tvg-name=\"News '24'\" tvg-chno=\"1\" "
            "tvg-logo=\"http://tv.example:8080/logos/news.svg\" group-title=\"Info;World\",News \"24\"\n"
            "http://tv.example:8080/live/news/index.m3u8\n"
            "#EXTINF:-1 tvg-id=\"late\" tvg-name=\"Late show\" tvg-logo=\"https://cdn.example/late.png\",Late show\n"
            "http://tv.example:8080/live/late/index.m3u8\n");
}

TEST(M3u, MarksRadioChannels) {
  std::vector<channels::ChannelStatus> lineup(2);
  lineup[0] = {ChannelId("news"), "News", 1, "", ""};
  lineup[1] = {ChannelId("wave"), "Wave", 2, "Music", ""};
  lineup[1].radio = true;
  const auto text = write_m3u(lineup, "http://h", "index.m3u8");
  EXPECT_NE(text.find("group-title=\"Music\" radio=\"true\",Wave\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("radio="), text.rfind("radio=")) << text;
}

TEST(M3u, SaysHowToAskForThePastOfChannelsThatHaveOne) {
  std::vector<channels::ChannelStatus> lineup(2);
  lineup[0] = {ChannelId("news"), "News", 1, "", ""};
  lineup[1] = {ChannelId("late"), "Late", 2, "", ""};
  const auto line = [&](M3uCatchup::Mode mode, std::string_view playlist) {
    const auto text = write_m3u(lineup, "http://h", playlist, "/live/", {mode, {7, 0}, "ada/p%20w"});
    const auto from = text.find('\n') + 1;
    EXPECT_EQ(text.find("catchup", text.find("Late")), std::string::npos) << text;
    return text.substr(from, text.find("#EXTINF", from + 1) - from);
  };
  const std::string news = "#EXTINF:-1 tvg-id=\"news\" tvg-name=\"News\" tvg-chno=\"1\" ";
  EXPECT_EQ(line(M3uCatchup::Mode::kShift, "index.m3u8"),
            news +
                "catchup=\"shift\" catchup-days=\"7\" catchup-source=\"?utc={utc}&lutc={lutc}\",News\n"
                "http://h/live/news/index.m3u8\n");
  EXPECT_EQ(line(M3uCatchup::Mode::kAppend, "index-ts.m3u8"),
            news +
                "catchup=\"append\" catchup-days=\"7\" "
                "catchup-source=\"?utc={utc}&lutc={lutc}&duration={duration}\",News\n"
                "http://h/live/news/index-ts.m3u8\n");
  EXPECT_EQ(line(M3uCatchup::Mode::kDefault, "index-ts.m3u8"),
            news +
                "catchup=\"default\" catchup-days=\"7\" "
                "catchup-source=\"http://h/live/news/archive.m3u8?start={utc}&duration={duration}&container=ts\",News\n"
                "http://h/live/news/index-ts.m3u8\n");
  EXPECT_EQ(line(M3uCatchup::Mode::kDefault, "stream.ts"),
            news +
                "catchup=\"default\" catchup-days=\"7\" "
                "catchup-source=\"http://h/live/news/archive-{utc}-{duration}.ts\",News\n"
                "http://h/live/news/stream.ts\n");
  EXPECT_EQ(line(M3uCatchup::Mode::kFlussonic, "index.m3u8"),
            news + "catchup=\"flussonic\" catchup-days=\"7\",News\nhttp://h/live/news/index.m3u8\n");
  EXPECT_EQ(line(M3uCatchup::Mode::kXtream, "stream.ts"),
            news + "catchup=\"xc\" catchup-days=\"7\",News\nhttp://h/live/ada/p%20w/1.ts\n");
}

TEST(M3u, KnowsTheNamesOfTheCatchupModes) {
  EXPECT_EQ(parse_catchup_mode("fs"), M3uCatchup::Mode::kFlussonic);
  EXPECT_EQ(parse_catchup_mode("xc"), M3uCatchup::Mode::kXtream);
  EXPECT_FALSE(parse_catchup_mode("vod"));
}

TEST(M3u, OfNoChannelsIsStillAPlaylist) {
  EXPECT_EQ(write_m3u({}, "http://h", "index.m3u8"),
            "#EXTM3U x-tvg-url=\"http://h/epg.xml\" url-tvg=\"http://h/epg.xml\"\n");
}

}  // namespace
}  // namespace grandstand::http
