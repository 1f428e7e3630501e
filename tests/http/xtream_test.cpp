// SPDX-License-Identifier: MIT
#include "xtream.hpp"

#include "xtream_request.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using nlohmann::json;

Request get(std::string_view path, std::string_view query = {}) {
  Request request;
  request.path = path;
  request.query = query;
  return request;
}

std::vector<channels::ChannelStatus> lineup() {
  std::vector<channels::ChannelStatus> channels(3);
  channels[0].id = ChannelId("news");
  channels[0].name = "News";
  channels[0].number = 4;
  channels[0].group = "Information";
  channels[1].id = ChannelId("films");
  channels[1].name = "Films";
  channels[1].group = "Entertainment";
  channels[1].logo = "/logos/films.png";
  channels[2].id = ChannelId("local");
  channels[2].name = "Local";
  channels[2].number = 6;
  channels[2].group = "Information";
  return channels;
}

TEST(Xtream, ALoginTellsWhereTheServerIsAndThatItWasRight) {
  const XtreamServer server{"https://tv.example", UtcTime{std::chrono::seconds{1'800'000'000}}};
  const auto answer = json::parse(write_xtream_account(server, "ann", "secret", 3));
  EXPECT_EQ(answer["user_info"]["auth"], 1);
  EXPECT_EQ(answer["user_info"]["status"], "Active");
  EXPECT_EQ(answer["user_info"]["max_connections"], "3");
  EXPECT_EQ(answer["server_info"]["https_port"], "443");
  EXPECT_EQ(answer["server_info"]["server_protocol"], "https");
  EXPECT_EQ(answer["server_info"]["timestamp_now"], 1'800'000'000);
  EXPECT_EQ(answer["server_info"]["time_now"], "2027-01-15 08:00:00");
}

TEST(Xtream, AWrongLoginIsAuthZeroAndSaysNothingElse) {
  const auto answer = json::parse(write_xtream_account({"http://[::1]:8080", {}}, std::nullopt, "secret", 3));
  EXPECT_EQ(answer["user_info"], (json{{"auth", 0}}));
  EXPECT_EQ(answer["server_info"]["url"], "[::1]");
  EXPECT_EQ(answer["server_info"]["port"], "8080");
}

TEST(Xtream, GroupsOfTheLineupAreTheCategories) {
  const auto answer = json::parse(write_xtream_categories(lineup()));
  ASSERT_EQ(answer.size(), 2U);
  EXPECT_EQ(answer[1]["category_id"], "2");
  EXPECT_EQ(answer[1]["category_name"], "Entertainment");
}

TEST(Xtream, StreamsCarryNumberGuideAndArchive) {
  const auto answer = json::parse(write_xtream_streams(lineup(), std::vector<int>{7, 0, 0}, "", "http://h"));
  ASSERT_EQ(answer.size(), 3U);
  EXPECT_EQ(answer[0]["stream_id"], 4);
  EXPECT_EQ(answer[0]["epg_channel_id"], "news");
  EXPECT_EQ(answer[0]["tv_archive"], 1);
  EXPECT_EQ(answer[0]["tv_archive_duration"], 7);
  EXPECT_EQ(answer[1]["stream_id"], 9001);
  EXPECT_EQ(answer[1]["stream_icon"], "http://h/logos/films.png");
}

TEST(Xtream, RadioChannelsAreRadioStreams) {
  auto channels = lineup();
  channels[1].radio = true;
  const auto answer = json::parse(write_xtream_streams(channels, std::vector<int>{0, 0, 0}, "", "http://h"));
  EXPECT_EQ(answer[0]["stream_type"], "live");
  EXPECT_EQ(answer[1]["stream_type"], "radio_streams");
}

TEST(Xtream, StreamsOfOneCategoryAreThoseOfTheGroup) {
  const auto answer = json::parse(write_xtream_streams(lineup(), std::vector<int>{0, 0, 0}, "1", "http://h"));
  ASSERT_EQ(answer.size(), 2U);
  EXPECT_EQ(answer[1]["name"], "Local");
}

TEST(Xtream, ReadsLiveAndTimeshiftPaths) {
  const auto live = parse_xtream(get("/live/ann/s%65cret/4.m3u8"));
  ASSERT_TRUE(live) << live.error().message;
  EXPECT_EQ(live->password, "secret");
  EXPECT_EQ(live->number, "4");
  EXPECT_FALSE(live->ts);
  const auto past = parse_xtream(get("/timeshift/ann/secret/90/2026-11-21:20-15/4.ts"));
  ASSERT_TRUE(past) << past.error().message;
  EXPECT_EQ(past->kind, XtreamRequest::Kind::kTimeshift);
  EXPECT_EQ(past->duration, std::chrono::minutes{90});
  EXPECT_EQ(to_rfc3339(past->start), "2026-11-21T20:15:00.000Z");
  const auto script = parse_xtream(
      get("/streaming/timeshift.php", "username=ann&password=secret&stream=4&start=2026-11-21:20-15&duration=5"));
  ASSERT_TRUE(script) << script.error().message;
  EXPECT_EQ(script->start, past->start);
  EXPECT_TRUE(script->ts);
}

TEST(Xtream, ASheetOfThumbnailsIsNoStream) {
  EXPECT_TRUE(is_xtream_stream("/live/ada/secret/12.ts"));
  EXPECT_TRUE(is_xtream_stream("/live/ada/secret/12"));
  EXPECT_FALSE(is_xtream_stream("/live/news/sprites/1795285447.jpg"));
}

TEST(Xtream, NamesAndPasswordsInPathsAreNotLogged) {
  auto request = get("/timeshift/ann/hunter2/90/2026-11-21:20-15/4.ts");
  request.target = request.path;
  EXPECT_EQ(loggable_target(request), "/timeshift/***/***/90/2026-11-21:20-15/4.ts");
  request.target = request.path = "/live/ann/hunter2/4.ts";
  EXPECT_EQ(loggable_target(request), "/live/***/***/4.ts");
  request.target = request.path = "/live/news/fmp4/media.m3u8";
  EXPECT_EQ(loggable_target(request), "/live/news/fmp4/media.m3u8");
}

TEST(Xtream, SaysWhatItExpectedAndNeverThePassword) {
  for (const auto& request :
       {get("/live/ann/hunter2/x.ts"), get("/live/ann/hunter2/4.exe"), get("/timeshift/ann/hunter2/4.ts"),
        get("/timeshift/ann/hunter2/0/2026-11-21:20-15/4.ts"), get("/timeshift/ann/hunter2/5/2026-02-30:20-15/4.ts"),
        get("/timeshift/ann/hunter2/5/yesterday/4.ts"),
        get("/streaming/timeshift.php", "password=hunter2&stream=4&duration=5")}) {
    const auto parsed = parse_xtream(request);
    ASSERT_FALSE(parsed) << request.path;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(parsed.error().message.find("expected"), std::string::npos);
    EXPECT_EQ(parsed.error().message.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace grandstand::http
