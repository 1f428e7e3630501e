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

TEST(M3u, OfNoChannelsIsStillAPlaylist) {
  EXPECT_EQ(write_m3u({}, "http://h", "index.m3u8"),
            "#EXTM3U x-tvg-url=\"http://h/epg.xml\" url-tvg=\"http://h/epg.xml\"\n");
}

}  // namespace
}  // namespace grandstand::http
