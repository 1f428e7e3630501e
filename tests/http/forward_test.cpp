// SPDX-License-Identifier: MIT
// Two servers over real sockets: what one does not run, the other answers.
#include "captured_log.hpp"
#include "http_client.hpp"
#include "running_server.hpp"

#include <grandstand/base/published.hpp>

#include <atomic>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class ForwardTest : public testing::Test {
 protected:
  ForwardTest() { log::set_up({.level = log::Level::kError}); }

  // "demo" and "quick" run on the other one; that knows of no others.
  std::optional<Server::Elsewhere> place(std::string_view channel) {
    ++looks_;
    if (channel != "demo" && channel != "quick") return std::nullopt;
    return *place_.load();
  }
  void set_place(std::optional<Server::Elsewhere> place) {
    place_.store(std::make_shared<const std::optional<Server::Elsewhere>>(std::move(place)));
  }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(owner.port()); }
  HttpResponse ask(const std::string& target, const std::string& fields = {}) {
    return HttpClient(site.port()).get(target, fields);
  }
  double forwarded() { return metric(site.metrics, "grandstand_http_forwarded_total{outcome=\"answered\"}"); }

  ops::Metrics database_metrics_;
  ops::Health database_health_;
  storage::Database one_{{}, "postgresql://127.0.0.1:1/none", database_metrics_, database_health_};
  storage::Database two_{{}, "postgresql://127.0.0.1:1/none", database_metrics_, database_health_};
  Published<std::optional<Server::Elsewhere>> place_;
  std::atomic<int> looks_{0};
  RunningServer owner{one_};
  RunningServer site{two_, {}, {}, nullptr, {}, nullptr, [this](std::string_view channel) { return place(channel); }};
};

TEST_F(ForwardTest, GivesTheAnswerOfTheNodeThatRunsTheChannel) {
  set_place(Server::Elsewhere{"other", address()});
  owner.feed(2);  // it has what we have not
  const std::string target = "/live/demo/fmp4/media.m3u8";
  const auto direct = HttpClient(owner.port()).get(target);
  const auto answer = ask(target);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, direct.body);
  for (const auto* const field :
       {"content-type", "cache-control", "etag", "vary", "access-control-allow-origin", "content-length"}) {
    EXPECT_EQ(answer.field(field), direct.field(field)) << field;
  }
  EXPECT_EQ(ask(target, "If-None-Match: " + direct.field("etag") + "\r\n").status, 304);
  const auto range = ask(target, "Range: bytes=3-9\r\n");
  EXPECT_EQ(range.status, 206);
  EXPECT_EQ(range.body, direct.body.substr(3, 7));
  EXPECT_EQ(ask("/live/demo/fmp4/none.m4s").status, 404);
  EXPECT_TRUE(eventually([&] { return forwarded() == 4; }));  // counted when the answer has gone
  EXPECT_EQ(ask("/live/unknown/index.m3u8").status, 404);
  EXPECT_EQ(forwarded(), 4) << "what no lineup has is asked of nobody";
}

TEST_F(ForwardTest, HoldsAReloadUntilTheOwnerAnswers) {
  set_place(Server::Elsewhere{"other", address()});
  const auto before = ask("/live/quick/fmp4/media.m3u8").body;
  const auto at = before.find("#EXT-X-MEDIA-SEQUENCE:") + 22;
  std::size_t segments = 0;
  for (std::size_t i = 0; (i = before.find("#EXTINF", i)) != std::string::npos; ++i) ++segments;
  const auto next = std::stoull(before.substr(at)) + segments;
  HttpClient client(site.port());
  client.send("GET", "/live/quick/fmp4/media.m3u8?_HLS_msn=" + std::to_string(next));
  ASSERT_TRUE(eventually([&] { return metric(owner.metrics, "grandstand_hls_held_requests") == 1; }));
  owner.feed(5);
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ForwardTest, MakesNoSecondRequestOfABodyThatNobodyAskedFor) {
  set_place(Server::Elsewhere{"other", address()});
  HttpClient client(site.port());
  client.send("GET", "/live/demo/index.m3u8", {}, "GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.receive().body, HasSubstr("#EXTM3U"));
  // The same connection between the nodes carries the next one.
  EXPECT_THAT(client.get("/live/demo/index.m3u8").body, HasSubstr("#EXTM3U"));
  EXPECT_EQ(metric(owner.metrics, "grandstand_http_requests_total{route=\"version\",status=\"200\"}"), 0);
}

TEST_F(ForwardTest, SendsNothingOnThatAnotherNodeSent) {
  set_place(Server::Elsewhere{"other", address()});
  const auto answer = ask("/live/demo/index.m3u8", "X-Grandstand-Hop: 1\r\n");
  EXPECT_EQ(answer.status, 421);
  EXPECT_EQ(answer.field("retry-after"), "1");
}

TEST_F(ForwardTest, WaitsWhileNoNodeHasTheChannelAndAnswersWhenItIsHere) {
  set_place(Server::Elsewhere{});
  HttpClient client(site.port());
  client.send("GET", "/live/demo/index.m3u8");
  EXPECT_TRUE(eventually([&] { return looks_ > 2; }));
  set_place(std::nullopt);
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ForwardTest, SaysThatNobodyAnswersAfterAWhile) {
  set_place(Server::Elsewhere{"dead", "http://127.0.0.1:1"});
  HttpClient client(site.port());
  client.send("GET", "/live/demo/index.m3u8");
  // It has begun to wait before the clock moves.
  EXPECT_TRUE(eventually([&] { return looks_ > 2; }));
  site.clock.advance(12s);
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.field("retry-after"), "1");
  EXPECT_EQ(metric(site.metrics, "grandstand_http_forwarded_total{outcome=\"failed\"}"), 1);
}

TEST_F(ForwardTest, GivesAStreamOnAsItComes) {
  set_place(Server::Elsewhere{"other", address()});
  HttpClient client(site.port());
  const auto answer = client.get("/live/quick/stream.ts");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("content-type"), "video/mp2t");
  ASSERT_TRUE(client.socket().take(188));
  owner.feed(2);
  EXPECT_TRUE(client.socket().take(50'000));
}

}  // namespace
}  // namespace grandstand::http
