// SPDX-License-Identifier: MIT
// Continuous MPEG-TS over real sockets.
#include "captured_log.hpp"
#include "http_client.hpp"
#include "media_reader.hpp"
#include "running_server.hpp"

#include <map>
#include <memory>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kStream = "/live/quick/stream.ts";
constexpr std::size_t kPacket = 188;

class StreamTest : public testing::Test {
 protected:
  StreamTest() { log::set_up({.level = log::Level::kError}); }

  // What is there by now: complete packets, until none comes for a moment.
  static std::string drain(HttpClient& client) {
    std::string bytes;
    while (client.socket().fill(100ms)) {
    }
    while (auto packet = client.socket().take_buffered(kPacket)) bytes += *packet;
    return bytes;
  }
  static test::TransportFacts read(const std::string& bytes, std::map<int, int>& continuity) {
    return test::read_transport({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, continuity);
  }
  bool streams(double count) {
    return eventually([&] { return metric(site.metrics, "grandstand_http_streams") == count; });
  }

  ops::Metrics database_metrics_;
  ops::Health database_health_;
  storage::Database database_{{}, "postgresql://127.0.0.1:1/none", database_metrics_, database_health_};
  RunningServer site{database_};
};

TEST_F(StreamTest, GoesOnWithoutEndAndLeavesNothingOut) {
  HttpClient client(site.port());
  client.send("GET", kStream);
  const auto head = client.receive();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("content-type"), "video/mp2t");
  EXPECT_EQ(head.field("content-length"), "");
  EXPECT_EQ(head.field("cache-control"), "no-store");
  EXPECT_EQ(head.field("access-control-allow-origin"), "*");
  std::map<int, int> continuity;
  auto bytes = drain(client);
  ASSERT_FALSE(bytes.empty()) << "it begins with what is there";
  EXPECT_TRUE(read(bytes, continuity).tables_first);
  for (int i = 0; i < 5; ++i) {
    site.feed(2);
    bytes = drain(client);
    const auto facts = read(bytes, continuity);
    EXPECT_TRUE(facts.whole_packets);
    EXPECT_TRUE(facts.continuity_errors.empty());
    EXPECT_TRUE(facts.discontinuities.empty());
    EXPECT_GT(bytes.size(), 80 * RunningServer::kSampleBytes);
  }
}

TEST_F(StreamTest, AllViewersGetTheSame) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<HttpClient>(site.port()));
    clients.back()->send("GET", kStream);
  }
  ASSERT_TRUE(streams(100));
  site.feed(1);
  std::set<std::string> seen;
  for (auto& client : clients) {
    ASSERT_EQ(client->receive().status, 200);
    const auto bytes = client->socket().take(400'000);
    ASSERT_TRUE(bytes);
    seen.insert(*bytes);
  }
  EXPECT_EQ(seen.size(), 1U);
  clients.clear();
  EXPECT_TRUE(streams(0)) << "who goes is forgotten at once";
}

TEST_F(StreamTest, ASourceThatComesBackIsAnnouncedAsADiscontinuity) {
  HttpClient client(site.port());
  client.send("GET", kStream);
  ASSERT_EQ(client.receive().status, 200);
  std::map<int, int> continuity;
  read(drain(client), continuity);
  site.lose_feed();
  site.feed(3);
  const auto facts = read(drain(client), continuity);
  EXPECT_EQ(facts.discontinuities, (std::set<int>{0x100}));
  EXPECT_TRUE(facts.continuity_errors.empty());
}

TEST_F(StreamTest, AReaderThatIsTooSlowIsCutOffAndCounted) {
  HttpClient slow(site.port(), 16'384);
  slow.send("GET", kStream);
  ASSERT_TRUE(streams(1));
  HttpClient quick(site.port());
  quick.send("GET", kStream);
  ASSERT_EQ(quick.receive().status, 200);
  const auto cut = [&] { return metric(site.metrics, R"(grandstand_http_refused_total{reason="slow_stream"})") == 1; };
  std::map<int, int> continuity;
  for (int i = 0; i < 60 && !cut(); ++i) {
    site.feed(4);
    EXPECT_TRUE(read(drain(quick), continuity).continuity_errors.empty()) << "others do not notice";
  }
  EXPECT_TRUE(cut());
  EXPECT_TRUE(streams(1));
}

TEST_F(StreamTest, EndsWithTheChannel) {
  HttpClient client(site.port());
  client.send("GET", kStream);
  ASSERT_EQ(client.receive().status, 200);
  drain(client);
  site.remove_low_latency();
  EXPECT_TRUE(streams(0));
}

TEST_F(StreamTest, SaysWhyThereIsNone) {
  HttpClient client(site.port());
  EXPECT_EQ(client.get("/live/nothing/stream.ts").status, 404);
  EXPECT_THAT(client.get("/live/demo/stream.ts").body, HasSubstr("not packaged as MPEG-TS"));
  const auto waiting = client.get("/live/news/stream.ts");
  EXPECT_EQ(waiting.status, 503);
  EXPECT_EQ(waiting.field("retry-after"), "2");
  EXPECT_EQ(waiting.field("x-hdhomerun-error"), "807 No Video Data");
  EXPECT_EQ(client.get("/live//stream.ts").status, 404);
}

TEST_F(StreamTest, HeadersCanBeAskedForAlone) {
  HttpClient client(site.port());
  const auto head = client.ask("HEAD", kStream);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("content-type"), "video/mp2t");
  EXPECT_EQ(client.get("/live/quick/index.m3u8").status, 200) << "the connection goes on";
}

TEST_F(StreamTest, TunersFindChannelsByTheirNumber) {
  HttpClient client(site.port());
  const auto unknown = client.get("/auto/v77");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.field("x-hdhomerun-error"), "801 Unknown Channel");
  EXPECT_EQ(client.get("/auto/v1").status, 503) << "this one waits for its feed";
}

TEST_F(StreamTest, AServerThatStopsEndsThem) {
  HttpClient client(site.port());
  client.send("GET", kStream);
  ASSERT_EQ(client.receive().status, 200);
  site.server->stop(200ms);
  drain(client);
  EXPECT_TRUE(client.socket().ends(1s));
}

}  // namespace
}  // namespace grandstand::http
