// SPDX-License-Identifier: MIT
// Floods, from one address and from many, over real sockets: each gets its documented answer and is counted, and
// nobody else notices.
#include "captured_log.hpp"
#include "running_server.hpp"
#include "ws_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kPerClient = "grandstand_http_refused_total{reason=\"max_connections_per_client\"}";

class FloodTest : public testing::Test {
 protected:
  FloodTest() { log::set_up({.level = log::Level::kError}); }

  RunningServer& run(Settings settings = {}, hub::Settings hub_settings = {}) {
    site_ = std::make_unique<RunningServer>(database_.database(), std::move(settings), hub_settings);
    return *site_;
  }
  // Somebody who is no part of the flood: his room answers him.
  struct Bystander {
    explicit Bystander(std::uint16_t port) : client(port) {
      client.send_text(R"({"id":1,"type":"hello","guest":{"name":"Ada","token":"q3m8Zr1xT0aB4cD5eF6gH7"}})");
      client.send_text(R"({"id":2,"type":"join","room":"channel:demo"})");
      EXPECT_THAT(hear("joined"), HasSubstr("joined"));
    }
    std::string hear(const std::string& text) {
      while (true) {
        auto heard = client.receive_text();
        if (heard.empty() || heard.find(text) != std::string::npos) return heard;
      }
    }
    bool is_well(int id) {
      client.send_text(R"({"id":)" + std::to_string(id) +
                       R"(,"type":"command","room":"channel:demo","name":"echo.say","key":"k)" + std::to_string(id) +
                       R"(","body":{"text":"hello"}})");
      return !hear("\"id\":" + std::to_string(id) + ",\"ok\":true").empty();
    }
    WsClient client;
  };

  TestDatabase database_{identity::Accounts::migrations()};
  std::unique_ptr<RunningServer> site_;
};

TEST_F(FloodTest, OneClientHasItsShareOfTheConnectionsOnly) {
  test::CapturedLog log;
  Settings settings;
  settings.trusted_proxies.clear();
  settings.max_connections_per_client = 3;
  auto& site = run(settings);
  std::vector<std::unique_ptr<WsClient>> many;
  for (int i = 0; i < 3; ++i) {
    many.push_back(std::make_unique<WsClient>(site.port()));
    EXPECT_TRUE(many.back()->open());
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(TestSocket(site.port()).ends());
  EXPECT_EQ(metric(site.metrics, kPerClient), 20);
  EXPECT_THAT(log.take(), HasSubstr("Too many connections of one client: a new one was refused peer=127.0.0.1"));
  HttpClient other(site.port(), 0, "127.0.0.2");
  EXPECT_EQ(other.get("/healthz").status, 200) << "others do not notice";
  many.pop_back();
  EXPECT_TRUE(eventually([&] { return HttpClient(site.port()).get("/healthz").status == 200; })) << "a place is free";
}

TEST_F(FloodTest, BehindAProxyItIsTheClientWhoseSocketsAreCounted) {
  Settings settings;
  settings.max_connections_per_client = 2;
  auto& site = run(settings);
  const std::string of_mallory = "X-Forwarded-For: 2001:db8::1\r\n";
  auto first = std::make_unique<WsClient>(site.port(), of_mallory);
  EXPECT_TRUE(first->open());
  HttpClient stream(site.port());
  stream.send("GET", "/api/v1/events", of_mallory);
  EXPECT_EQ(stream.receive().status, 200);
  // Of the same /64.
  const WsClient third(site.port(), "X-Forwarded-For: 2001:db8::2\r\n");
  EXPECT_EQ(third.response().status, 429);
  EXPECT_EQ(third.response().field("retry-after"), "30");
  EXPECT_EQ(HttpClient(site.port()).get("/api/v1/events", of_mallory).status, 429);
  EXPECT_EQ(metric(site.metrics, kPerClient), 2);
  EXPECT_TRUE(WsClient(site.port(), "X-Forwarded-For: 2001:db8:0:1::1\r\n").open()) << "another client";
  first.reset();
  EXPECT_TRUE(eventually([&] { return WsClient(site.port(), of_mallory).open(); }));
}

TEST_F(FloodTest, ManyRequestsToTheApiAreRefusedToTheirNetworkOnly) {
  Settings settings;
  settings.max_api_requests_per_client = 2;
  auto& site = run(settings);
  HttpClient client(site.port());
  const auto ask = [&](const std::string& address, const std::string& path) {
    return client.get(path, "X-Forwarded-For: " + address +
                                "\r\nAuthorization: Bearer gs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n");
  };
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask("2001:db8::" + std::to_string(i), "/api/v1/me").status, 200);
  for (const char* path : {"/api/v1/me", "/api/v1/sessions", "/api/v1/rooms/channel%3Ademo/echo/log"}) {
    const auto refused = ask("2001:db8::ffff", path);
    EXPECT_EQ(refused.status, 429) << path;
    EXPECT_EQ(refused.field("retry-after"), "1");
  }
  EXPECT_EQ(metric(site.metrics, "grandstand_http_refused_total{reason=\"api_limit\"}"), 3);
  EXPECT_EQ(metric(site.metrics, "grandstand_identity_sessions_unknown_total"), 20);
  EXPECT_EQ(ask("2001:db8:0:1::1", "/api/v1/me").status, 200) << "another network";
  EXPECT_EQ(ask("2001:db8::ffff", "/healthz").status, 200) << "not the API";
  site.clock.advance(1s);
  EXPECT_TRUE(eventually([&] { return ask("2001:db8::1", "/api/v1/me").status == 200; }));
}

TEST_F(FloodTest, ManyMessagesCloseTheirSenderOnly) {
  test::CapturedLog log;
  auto& site = run();
  Bystander ada(site.port());
  for (int round = 0; round < 5; ++round) {
    WsClient mallory(site.port());
    std::string flood;
    for (int i = 0; i < 2'000; ++i) flood += frame(kText, R"({"type":"ping","client_time":1})");
    mallory.socket().write(flood);
    WsClient::Frame last;
    int answers = -1;
    do {
      last = mallory.receive();
      ++answers;
    } while (last.opcode == kText);
    EXPECT_EQ(last.close_code(), 4029);
    EXPECT_EQ(answers, 150);
    EXPECT_TRUE(ada.is_well(10 + round));
  }
  EXPECT_EQ(metric(site.metrics, "grandstand_hub_rate_closed_total"), 5);
  EXPECT_THAT(log.take(), HasSubstr("code=4029 reason=\"too many messages\""));
}

TEST_F(FloodTest, ManyPingsCloseTheirSenderOnly) {
  auto& site = run();
  Bystander ada(site.port());
  WsClient mallory(site.port());
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += frame(kPing, "");
  mallory.socket().write(flood);
  WsClient::Frame last;
  int pongs = -1;
  do {
    last = mallory.receive();
    ++pongs;
  } while (last.opcode == kPong);
  EXPECT_EQ(last.close_code(), 4029);
  EXPECT_EQ(pongs, 50);
  EXPECT_EQ(metric(site.metrics, "grandstand_websocket_closed_total{reason=\"too_many_pings\"}"), 1);
  EXPECT_TRUE(ada.is_well(10));
}

TEST_F(FloodTest, EndlessFragmentsAreReadInTurns) {
  auto& site = run();
  Bystander ada(site.port());
  WsClient mallory(site.port());
  std::string flood = frame(kText, "", kMore);
  for (int i = 0; i < 100'000; ++i) flood += frame(kContinuation, "", kMore);
  std::thread writer([&] { mallory.socket().write(flood); });
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ada.is_well(10 + i));
  writer.join();
  mallory.socket().write(frame(kContinuation, "") + frame(kPing, "end"));
  EXPECT_THAT(mallory.receive().payload, HasSubstr("error")) << "an empty message, which nobody understands";
  EXPECT_EQ(mallory.receive().payload, "end");
}

TEST_F(FloodTest, MalformedAndOverlongMessagesAreAnsweredAndCounted) {
  auto& site = run();
  Bystander ada(site.port());
  WsClient mallory(site.port());
  const std::string malformed[] = {"",
                                   "{",
                                   "[]",
                                   "null",
                                   "\"text\"",
                                   R"({"type":7})",
                                   R"({"type":"hello"})",
                                   R"({"id":-1,"type":"hello"})",
                                   R"({"id":1e99,"type":"join","room":"r"})",
                                   R"({"id":1,"type":"join"})",
                                   R"({"id":1,"type":"join","room":{}})",
                                   R"({"id":1,"type":"command","room":"r","name":"n"})",
                                   R"({"id":1,"type":"nothing"})",
                                   std::string(5'000, '['),
                                   R"({"a":)" + std::string(17, '[') + std::string(17, ']') + "}",
                                   R"({"id":1,"type":"join","room":")" + std::string(5'000, 'r') + "\"}"};
  for (const auto& text : malformed) {
    mallory.send_text(text);
    EXPECT_THAT(mallory.receive_text(), HasSubstr("\"code\":\"invalid_argument\"")) << text.substr(0, 60);
  }
  EXPECT_EQ(metric(site.metrics, "grandstand_hub_malformed_total"), static_cast<double>(std::size(malformed)));
  mallory.send_text(std::string(70'000, 'x'));
  EXPECT_EQ(mallory.receive().close_code(), 1009);
  EXPECT_TRUE(ada.is_well(10));
}

TEST_F(FloodTest, HandshakesThatNeverEndAreGivenUp) {
  Settings settings;
  settings.header_timeout = 1s;
  settings.idle_timeout = 1h;
  hub::Settings hub_settings;
  hub_settings.ping_interval = 1h;
  auto& site = run(settings, hub_settings);
  Bystander ada(site.port());
  std::vector<TestSocket> slow;
  for (int i = 0; i < 200; ++i) {
    slow.emplace_back(site.port(), 0, ("127.0.1." + std::to_string(i + 1)).c_str());
    slow.back().write("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ");
  }
  EXPECT_TRUE(ada.is_well(10));
  EXPECT_TRUE(eventually([&] {
    site.clock.advance(500ms);
    return metric(site.metrics, "grandstand_http_connections") == 1;
  }));
  const auto refused = metric(site.metrics, "grandstand_http_refused_total{reason=\"header_timeout\"}");
  EXPECT_GT(refused, 0) << "those whose first bytes had been read got a 408";
  EXPECT_LE(refused, 200);
  EXPECT_TRUE(ada.is_well(11));
}

TEST_F(FloodTest, ASlowReaderOfAnEventStreamIsCutOffAndTheOthersGoOn) {
  test::CapturedLog log;
  hub::Settings hub_settings;
  hub_settings.send_queue_bytes = 32u << 10;
  hub_settings.ping_interval = 1h;
  auto& site = run({}, hub_settings);
  HttpClient slow(site.port(), 2048);
  slow.send("GET", "/api/v1/events");
  EXPECT_EQ(slow.receive().status, 200);
  const auto open = slow.socket().take_until("\n\n").value_or("");
  ASSERT_NE(open.find(":\""), std::string::npos);
  const auto name = open.substr(open.find(":\"") + 2, 34);
  const auto say = [&](const std::string& message) {
    return HttpClient(site.port()).ask("POST", "/api/v1/events/" + name, "", message).status;
  };
  EXPECT_EQ(say(R"({"id":1,"type":"hello"})"), 202);
  EXPECT_EQ(say(R"({"id":2,"type":"join","room":"channel:demo"})"), 202);
  Bystander ada(site.port());
  const std::string text(3'000, 'x');
  const auto cut = [&] { return metric(site.metrics, "grandstand_http_refused_total{reason=\"slow_stream\"}") > 0; };
  for (int id = 10; id < 3'000 && !cut(); ++id) {
    site.clock.advance(60ms);  // the hub takes 20 messages a second
    ada.client.send_text(R"({"id":)" + std::to_string(id) +
                         R"(,"type":"command","room":"channel:demo","name":"echo.say","key":"k)" + std::to_string(id) +
                         R"(","body":{"text":")" + text + R"("}})");
    ASSERT_THAT(ada.hear("{\"id\":" + std::to_string(id) + ","), HasSubstr("\"ok\":true"));
  }
  EXPECT_TRUE(cut());
  EXPECT_THAT(log.take(), HasSubstr("A reader of a stream was too slow and was cut off peer=127.0.0.1"));
  EXPECT_TRUE(eventually([&] { return metric(site.metrics, "grandstand_hub_sessions") == 1; })) << "it left its rooms";
  EXPECT_EQ(say(R"({"type":"ping","client_time":1})"), 404);
  std::string last, event;
  while (!(event = slow.socket().take_until("\n\n").value_or("")).empty()) last = event;
  EXPECT_EQ(last, "event: close\ndata: {\"code\":4008,\"reason\":\"too slow\"}\n\n");
}

}  // namespace
}  // namespace grandstand::http
