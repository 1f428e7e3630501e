// SPDX-License-Identifier: MIT
// The WebSocket over real sockets, with the hub and a real database.
#include "captured_log.hpp"
#include "running_server.hpp"
#include "ws_client.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class WebsocketTest : public testing::Test {
 protected:
  WebsocketTest() { log::set_up({.level = log::Level::kError}); }

  RunningServer& run(hub::Settings hub_settings = {}, Settings settings = {}) {
    site_ = std::make_unique<RunningServer>(database_.database(), std::move(settings), hub_settings);
    return *site_;
  }
  static void enter(WsClient& client, const std::string& name) {
    client.send_text(R"({"id":1,"type":"hello","guest":{"name":")" + name + R"(","token":"q3m8Zr1xT0aB4cD5eF6gH7"}})");
    EXPECT_THAT(client.receive_text(), HasSubstr("\"type\":\"welcome\""));
    client.send_text(R"({"id":2,"type":"join","room":"channel:demo"})");
    EXPECT_THAT(client.receive_text(), HasSubstr("\"type\":\"joined\""));
  }
  static std::string say(int id, const std::string& text) {
    return R"({"id":)" + std::to_string(id) + R"(,"type":"command","room":"channel:demo","name":"echo.say","key":"k)" +
           std::to_string(id) + R"(","body":{"text":")" + text + R"("}})";
  }

  TestDatabase database_{identity::Accounts::migrations()};
  std::unique_ptr<RunningServer> site_;
};

TEST_F(WebsocketTest, CarriesCommandsAndEvents) {
  auto& site = run();
  WsClient ada(site.port());
  WsClient bob(site.port());
  ASSERT_TRUE(ada.open());
  EXPECT_EQ(ada.response().field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(ada.response().field("sec-websocket-protocol"), "grandstand.v1.json");
  enter(ada, "Ada");
  enter(bob, "Bob");
  ada.send_text(say(3, "Goal!"));
  std::string heard;
  while (heard.find("Goal!") == std::string::npos) {
    heard = bob.receive_text();
    ASSERT_FALSE(heard.empty());
  }
  EXPECT_THAT(heard, HasSubstr("\"kind\":\"echo.said\""));
  EXPECT_EQ(metric(site.metrics, "grandstand_websocket_connections"), 2);
}

TEST_F(WebsocketTest, HearsWhatComesRightBehindTheHandshake) {
  auto& site = run();
  HttpClient client(site.port());
  client.socket().write(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: grandstand.v1.json\r\n\r\n" +
      frame(kPing, "early"));
  EXPECT_EQ(client.receive().status, 101);
  EXPECT_EQ(client.socket().take(7), std::string("\x8A\x05") + "early");
}

TEST_F(WebsocketTest, RefusesHandshakesThatAreNone) {
  auto& site = run();
  EXPECT_EQ(WsClient(site.port(), "Origin: https://evil.example\r\n").response().status, 403);
  EXPECT_TRUE(WsClient(site.port(), "Origin: http://localhost\r\n").open());
  HttpClient plain(site.port());
  const auto answer = plain.get("/ws");
  EXPECT_EQ(answer.status, 426);
  EXPECT_EQ(answer.field("upgrade"), "websocket");
  // And the connection goes on.
  EXPECT_EQ(plain.get("/healthz").status, 200);
}

TEST_F(WebsocketTest, ClosesForWhatRfc6455Forbids) {
  test::CapturedLog log;
  auto& site = run();
  const std::pair<std::string, int> cases[] = {
      {std::string("\x81\x05hello"), 1002},
      {frame(kText | 0x40, "a"), 1002},
      {frame(3, ""), 1002},
      {frame(kContinuation, "a"), 1002},
      {frame(kPing, std::string(126, 'p')), 1002},
      {frame(kBinary, "a"), 1003},
      {frame(kText, "\xC0\xAF"), 1007},
      {frame(kText, std::string(70'000, 'a')), 1009},
      {std::string("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x02\x03\x04", 14), 1009},
      {frame(kClose, "\x03"), 1002},
  };
  for (const auto& [bytes, code] : cases) {
    WsClient client(site.port());
    ASSERT_TRUE(client.open());
    client.socket().write(bytes);
    const auto last = client.receive();
    EXPECT_EQ(last.opcode, kClose) << testing::PrintToString(bytes.substr(0, 20));
    EXPECT_EQ(last.close_code(), code) << testing::PrintToString(bytes.substr(0, 20));
    EXPECT_GT(last.payload.size(), 2u);
    client.socket().finish_sending();
    EXPECT_EQ(client.receive().opcode, -1);
  }
  EXPECT_EQ(metric(site.metrics, "grandstand_websocket_closed_total{reason=\"invalid\"}"), 10);
  EXPECT_THAT(log.take(),
              HasSubstr("A WebSocket was closed peer=127.0.0.1 code=1007 reason=\"the message is not UTF-8\""));
  EXPECT_TRUE(eventually([&] { return metric(site.metrics, "grandstand_websocket_connections") == 0; }));
}

TEST_F(WebsocketTest, AnswersPingsAmidFragmentsAndEchoesTheClose) {
  WsClient client(run().port());
  client.socket().write(frame(kText, R"({"id":1,"type":)", kMore) + frame(kPing, "p1") +
                        frame(kContinuation, R"("hello"})"));
  EXPECT_EQ(client.receive().payload, "p1");
  EXPECT_THAT(client.receive_text(), HasSubstr("\"type\":\"welcome\""));
  // One byte at a time.
  for (const char byte : frame(kPing, "slow")) client.socket().write(std::string_view(&byte, 1));
  EXPECT_EQ(client.receive().payload, "slow");
  client.socket().write(frame(kClose,
                              "\x03\xE8"
                              "bye"));
  const auto last = client.receive();
  EXPECT_EQ(last.opcode, kClose);
  EXPECT_EQ(last.close_code(), 1000);
  EXPECT_EQ(client.receive().opcode, -1);
}

TEST_F(WebsocketTest, ReadsLongMessagesInPieces) {
  WsClient client(run().port());
  for (int i = 0; i < 50; ++i)
    client.socket().write(frame(kPing, std::string(125, static_cast<char>('a' + i % 26))) +
                          frame(kText, R"({"type":"nothing","pad":")" + std::string(15'000, 'x') + "\"}"));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.receive().payload, std::string(125, static_cast<char>('a' + i % 26)));
    EXPECT_THAT(client.receive().payload, HasSubstr("\"error\""));
  }
}

TEST_F(WebsocketTest, PingsAndGivesUpOnSilence) {
  hub::Settings hub_settings;
  hub_settings.ping_interval = 1s;
  auto& site = run(hub_settings);
  WsClient answering(site.port());
  WsClient silent(site.port());
  ASSERT_TRUE(silent.open());
  const auto until_ping = [&](WsClient& client) {
    for (int i = 0; i < 100; ++i) {
      site.clock.advance(200ms);
      if (client.socket().fill(30ms)) break;
    }
    return client.receive();
  };
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(until_ping(answering).opcode, kPing);
    answering.socket().write(frame(kPong, ""));
  }
  EXPECT_EQ(silent.receive().opcode, kPing);
  EXPECT_EQ(silent.receive().opcode, kPing);
  const auto last = silent.receive();
  EXPECT_EQ(last.opcode, kClose);
  EXPECT_EQ(last.close_code(), 4009);
  EXPECT_TRUE(eventually([&] {
    site.clock.advance(1s);
    return metric(site.metrics, "grandstand_websocket_connections") <= 1;
  }));
}

TEST_F(WebsocketTest, ASlowReaderIsClosedAndTheOthersGoOn) {
  hub::Settings hub_settings;
  hub_settings.send_queue_bytes = 32u << 10;
  hub_settings.ping_interval = 1h;  // the clock runs fast here
  auto& site = run(hub_settings);
  WsClient slow(site.port(), {}, 2048);
  WsClient quick(site.port());
  enter(slow, "Slow");
  enter(quick, "Quick");
  std::atomic<bool> closed{false};
  int heard = 0;
  for (int id = 10; id < 3000 && !closed; ++id) {
    site.clock.advance(60ms);  // the hub takes 20 messages a second
    quick.send_text(say(id, std::string(3'500, 'x')));
    std::string text;
    while (!text.starts_with("{\"id\":" + std::to_string(id) + ",")) {
      text = quick.receive_text();
      ASSERT_FALSE(text.empty());
    }
    ++heard;
    closed = metric(site.metrics, "grandstand_websocket_closed_total{reason=\"too_slow\"}") > 0;
  }
  EXPECT_TRUE(closed);
  EXPECT_GT(heard, 5);
  // What the socket had taken arrives whole, then the reason.
  while (true) {
    const auto next = slow.receive();
    if (next.opcode == kText) continue;
    EXPECT_EQ(next.opcode, kClose);
    EXPECT_EQ(next.close_code(), 4008);
    break;
  }
}

TEST_F(WebsocketTest, CutsOffAReaderThatVanished) {
  test::CapturedLog log;
  Settings settings;
  settings.write_timeout = 2s;
  hub::Settings hub_settings;
  hub_settings.ping_interval = 1h;
  hub_settings.send_queue_bytes = 64u << 20;  // it is time that decides here
  auto& site = run(hub_settings, settings);
  WsClient gone(site.port(), {}, 2048);
  WsClient quick(site.port());
  enter(gone, "Gone");
  enter(quick, "Quick");
  const auto too_slow = [&] {
    return metric(site.metrics, "grandstand_websocket_closed_total{reason=\"too_slow\"}") > 0;
  };
  for (int id = 10; id < 3000 && !too_slow(); ++id) {
    site.clock.advance(60ms);
    quick.send_text(say(id, std::string(3'500, 'x')));
    std::string text;
    while (!text.starts_with("{\"id\":" + std::to_string(id) + ",")) {
      text = quick.receive_text();
      ASSERT_FALSE(text.empty());
    }
  }
  EXPECT_TRUE(eventually([&] {
    site.clock.advance(100ms);
    return too_slow();
  }));
  EXPECT_TRUE(eventually([&] { return metric(site.metrics, "grandstand_websocket_connections") == 1; }));
  EXPECT_THAT(log.take(),
              HasSubstr("A WebSocket was closed peer=127.0.0.1 code=4008 reason=\"took nothing for too long\""));
}

TEST_F(WebsocketTest, SaysThatTheServerStops) {
  auto& site = run();
  WsClient client(site.port());
  enter(client, "Ada");
  std::thread stopper([&] { site.server->stop(2s); });
  WsClient::Frame last;
  do last = client.receive();
  while (last.opcode == kText || last.opcode == kPing);
  EXPECT_EQ(last.opcode, kClose);
  EXPECT_EQ(last.close_code(), 1001);
  client.socket().write(frame(kClose, "\x03\xE9"));
  EXPECT_EQ(client.receive().opcode, -1);
  stopper.join();
}

}  // namespace
}  // namespace grandstand::http
