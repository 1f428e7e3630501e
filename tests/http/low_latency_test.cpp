// SPDX-License-Identifier: MIT
// Blocking reloads and hinted parts over real sockets (headend.md 4, rules 24 to 29 and 49).
#include "captured_log.hpp"
#include "http_client.hpp"
#include "published_media.hpp"
#include "running_server.hpp"

#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kPlaylist = "/live/quick/fmp4/media.m3u8";

class HeldRequestsTest : public testing::Test {
 protected:
  HeldRequestsTest() { log::set_up({.level = log::Level::kError}); }

  test::MediaPlaylist playlist() { return test::parse_media_playlist(HttpClient(site.port()).get(kPlaylist).body); }
  // What asks for the part that comes next.
  std::string next_reload(const test::MediaPlaylist& list) {
    const auto parts = std::count_if(list.parts.begin(), list.parts.end(),
                                     [&](const auto& part) { return part.sequence == list.open_sequence(); });
    return std::string(kPlaylist) + "?_HLS_msn=" + std::to_string(list.open_sequence()) +
           "&_HLS_part=" + std::to_string(parts);
  }
  double held() { return metric(site.metrics, "grandstand_hls_held_requests"); }
  bool holds(double count) {
    return eventually([&] { return held() == count; });
  }

  ops::Metrics database_metrics_;
  ops::Health database_health_;
  storage::Database database_{{}, "postgresql://127.0.0.1:1/none", database_metrics_, database_health_};
  RunningServer site{database_};
};

TEST_F(HeldRequestsTest, AReloadIsAnsweredWhenThePartIsThere) {
  const auto before = playlist();
  HttpClient client(site.port());
  client.send("GET", next_reload(before));
  ASSERT_TRUE(holds(1));
  site.feed(1);
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("cache-control"), "max-age=24");
  EXPECT_EQ(answer.field("access-control-allow-origin"), "*");
  EXPECT_GT(test::parse_media_playlist(answer.body).parts.size(), before.parts.size());
  EXPECT_TRUE(holds(0));
  EXPECT_EQ(client.get("/live/quick/index.m3u8").status, 200) << "the connection goes on";
}

TEST_F(HeldRequestsTest, AHintedPartIsHeldAndSentWhole) {
  const auto before = playlist();
  HttpClient client(site.port());
  client.send("GET", "/live/quick/fmp4/" + before.hint);
  ASSERT_TRUE(holds(1));
  site.feed(1);
  const auto part = client.receive();
  EXPECT_EQ(part.status, 200);
  EXPECT_EQ(part.field("content-type"), "video/mp4");
  EXPECT_GT(part.body.size(), RunningServer::kSampleBytes);
  EXPECT_EQ(client.get("/live/quick/fmp4/" + before.hint, "Range: bytes=0-7\r\n").body, part.body.substr(0, 8));
}

TEST_F(HeldRequestsTest, ThousandsAreWokenTogether) {
  const auto reload = next_reload(playlist());
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(std::make_unique<HttpClient>(site.port()));
    clients.back()->send("GET", reload, "Accept-Encoding: gzip\r\n");
  }
  ASSERT_TRUE(holds(400));
  site.feed(1);
  for (auto& client : clients) {
    const auto answer = client->receive();
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("content-encoding"), "gzip");
  }
  EXPECT_TRUE(holds(0));
}

TEST_F(HeldRequestsTest, RefusesWhatMakesNoSenseAndAnswersWhatIsOldAtOnce) {
  HttpClient client(site.port());
  const auto sequence = playlist().open_sequence();
  for (const std::string& query :
       {std::string("_HLS_msn=x"), std::string("_HLS_part=0"), std::string("_HLS_msn=-1"),
        std::string("_HLS_msn=99999999999999999999999"), std::string("_HLS_msn=1&_HLS_msn=1"),
        "_HLS_msn=" + std::to_string(sequence + 5), "_HLS_msn=" + std::to_string(sequence) + "&_HLS_part=99"}) {
    const auto answer = client.get(std::string(kPlaylist) + "?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.field("cache-control"), "no-store");
    EXPECT_EQ(answer.field("access-control-allow-origin"), "*");
  }
  EXPECT_EQ(client.get(std::string(kPlaylist) + "?_HLS_msn=5").status, 200);
  EXPECT_EQ(client.get(std::string(kPlaylist) + "?_HLS_skip=YES").field("cache-control"), "max-age=1");
  EXPECT_EQ(client.get("/live/quick/fmp4/kx-1.0.m4s").status, 404);
}

TEST_F(HeldRequestsTest, TellsThatItTakesTooLong) {
  HttpClient client(site.port());
  client.send("GET", next_reload(playlist()));
  ASSERT_TRUE(holds(1));
  site.clock.advance(20s);
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 503) << "after three target durations";
  EXPECT_EQ(answer.field("cache-control"), "no-store");
  EXPECT_TRUE(holds(0));
}

TEST_F(HeldRequestsTest, ASourceThatIsLostLetsThemGo) {
  const auto list = playlist();
  HttpClient reload(site.port());
  reload.send("GET", next_reload(list));
  HttpClient part(site.port());
  part.send("GET", "/live/quick/fmp4/" + list.hint);
  ASSERT_TRUE(holds(2));
  site.lose_feed();
  EXPECT_EQ(reload.receive().status, 200) << "what there is";
  const auto status = part.receive().status;
  EXPECT_TRUE(status == 404 || status == 200) << status;
  EXPECT_TRUE(holds(0));
}

TEST_F(HeldRequestsTest, WhatASourceThatIsLostLeavesUnansweredIsNotKeptAsTheAnswer) {
  const auto sequence = playlist().open_sequence();
  HttpClient client(site.port());
  client.send("GET", std::string(kPlaylist) + "?_HLS_msn=" + std::to_string(sequence + 1));
  ASSERT_TRUE(holds(1));
  site.lose_feed();
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_LE(test::parse_media_playlist(answer.body).open_sequence(), sequence + 1) << "what was asked for is not in it";
  EXPECT_EQ(answer.field("cache-control"), "max-age=1");
}

TEST_F(HeldRequestsTest, AChannelThatIsRemovedLetsThemGo) {
  HttpClient client(site.port());
  client.send("GET", next_reload(playlist()));
  ASSERT_TRUE(holds(1));
  site.remove_low_latency();
  EXPECT_EQ(client.receive().status, 404);
  EXPECT_TRUE(holds(0));
}

TEST_F(HeldRequestsTest, ClientsThatGoAwayLeaveNothingBehind) {
  {
    HttpClient client(site.port());
    client.send("GET", next_reload(playlist()));
    ASSERT_TRUE(holds(1));
  }
  EXPECT_TRUE(holds(0)) << "noticed without a new part";
}

TEST_F(HeldRequestsTest, AServerThatStopsLetsThemGo) {
  std::thread stop;
  {
    HttpClient client(site.port());
    client.send("GET", next_reload(playlist()));
    ASSERT_TRUE(holds(1));
    stop = std::thread([&] { site.server->stop(200ms); });
    EXPECT_EQ(client.receive().status, 503);
  }
  stop.join();
}

TEST_F(HeldRequestsTest, WithoutLowLatencyDirectivesChangeNothing) {
  HttpClient client(site.port());
  EXPECT_EQ(client.get("/live/demo/fmp4/media.m3u8?_HLS_msn=99999999999&_HLS_part=0").status, 200);
}

}  // namespace
}  // namespace grandstand::http
