// SPDX-License-Identifier: MIT
// The hub by server-sent events and POST, over real sockets.
#include "captured_log.hpp"
#include "http_client.hpp"
#include "running_server.hpp"
#include "ws_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class EventStreamTest : public testing::Test {
 protected:
  EventStreamTest() { log::set_up({.level = log::Level::kError}); }

  // A client that has opened its stream.
  struct Client {
    explicit Client(std::uint16_t p) : port(p), stream(p) {
      stream.send("GET", "/api/v1/events", "Accept: text/event-stream\r\n");
      head = stream.receive();
      const auto open = next();
      const auto begin = open.find(":\"") + 2;
      name = open.find("\"stream\":\"") == std::string::npos ? "" : open.substr(begin, open.find('"', begin) - begin);
    }
    // The lines of the next event; empty when there is none.
    std::string next() { return stream.socket().take_until("\n\n").value_or(""); }
    std::string next_with(const std::string& text) {
      while (true) {
        auto event = next();
        if (event.empty() || event.find(text) != std::string::npos) return event;
      }
    }
    int say(const std::string& message) {
      return HttpClient(port)
          .ask("POST", "/api/v1/events/" + name, "Content-Type: application/json\r\n", message)
          .status;
    }
    void enter(const std::string& who) {
      EXPECT_EQ(say(R"({"id":1,"type":"hello","guest":{"name":")" + who + R"(","token":"q3m8Zr1xT0aB4cD5eF6gH7"}})"),
                202);
      EXPECT_THAT(next(), HasSubstr("welcome"));
      EXPECT_EQ(say(R"({"id":2,"type":"join","room":"channel:demo"})"), 202);
      EXPECT_THAT(next(), HasSubstr("joined"));
    }
    int say_in_room(const std::string& text) {
      return say(R"({"id":3,"type":"command","room":"channel:demo","name":"echo.say","key":"k1","body":{"text":")" +
                 text + R"("}})");
    }

    std::uint16_t port;
    HttpClient stream;
    HttpResponse head;
    std::string name;
  };

  TestDatabase database_{identity::Accounts::migrations()};
};

TEST_F(EventStreamTest, TakesWhatIsSaidAtAnotherNode) {
  RunningServer one(database_.database(), {}, {}, nullptr, {}, nullptr, {}, {}, "one");
  storage::Database unused({}, database_.url(), database_.metrics(), database_.health());
  const std::vector<Server::Elsewhere> others{{"one", "http://127.0.0.1:" + std::to_string(one.port())},
                                              {"dead", "http://127.0.0.1:1"}};
  RunningServer two(unused, {}, {}, nullptr, {}, nullptr, {}, [&] { return others; }, "two");
  Client ada(one.port());
  EXPECT_THAT(ada.name, testing::StartsWith("one."));
  ada.port = two.port();
  ada.enter("Ada");
  EXPECT_EQ(ada.say_in_room("Goal!"), 202);
  EXPECT_THAT(ada.next_with("echo.said"), HasSubstr("Goal!"));
  const auto say_to = [&](const std::string& node, const std::string& fields = {}) {
    const auto name = node + ada.name.substr(3);
    return HttpClient(two.port())
        .ask("POST", "/api/v1/events/" + name, fields, R"({"type":"ping","client_time":1})")
        .status;
  };
  EXPECT_EQ(say_to("one"), 202);
  EXPECT_EQ(say_to("two"), 404);
  EXPECT_EQ(say_to("none"), 404);
  EXPECT_EQ(say_to("dead"), 503);
  EXPECT_EQ(say_to("one", "X-Grandstand-Hop: 1\r\n"), 404) << "one hop at most";
}

TEST_F(EventStreamTest, CarriesWhatAWebSocketCarries) {
  RunningServer site(database_.database());
  Client ada(site.port());
  EXPECT_EQ(ada.head.status, 200);
  EXPECT_EQ(ada.head.field("content-type"), "text/event-stream");
  EXPECT_EQ(ada.head.field("cache-control"), "no-store");
  ada.enter("Ada");
  WsClient bob(site.port());
  bob.send_text(R"({"id":1,"type":"hello"})");
  bob.send_text(R"({"id":2,"type":"join","room":"channel:demo"})");
  EXPECT_EQ(ada.say_in_room("Goal!"), 202);
  EXPECT_THAT(ada.next_with("echo.said"), HasSubstr("Goal!"));
  std::string heard;
  while (heard.find("Goal!") == std::string::npos) {
    heard = bob.receive_text();
    ASSERT_FALSE(heard.empty());
  }
}

TEST_F(EventStreamTest, HasWholeJsonTextsAsItsData) {
  RunningServer site(database_.database());
  Client ada(site.port());
  ada.say(R"({"id":1,"type":"hello"})");
  const auto event = ada.next();
  ASSERT_THAT(event, testing::StartsWith("data: "));
  EXPECT_EQ(json::parse(event.substr(6))["type"], "welcome");
}

TEST_F(EventStreamTest, TakesMessagesForStreamsThatExistOnly) {
  RunningServer site(database_.database());
  Client ada(site.port());
  auto stranger = ada.name;
  stranger.back() = stranger.back() == '0' ? '1' : '0';
  HttpClient client(site.port());
  for (const auto& name : std::vector<std::string>{stranger, std::string("0-"), std::string("99-abc"), std::string("x"),
                                                   std::string("")}) {
    EXPECT_EQ(client.ask("POST", "/api/v1/events/" + name, "", "{}").status, 404) << name;
  }
  EXPECT_EQ(HttpClient(site.port()).ask("POST", "/api/v1/events/" + ada.name, "", std::string(70'000, 'x')).status,
            413);
  EXPECT_EQ(client.ask("POST", "/api/v1/events/" + ada.name, "", "\xff\xfe").status, 400);
  EXPECT_EQ(ada.say("nonsense"), 202);
  EXPECT_THAT(ada.next(), HasSubstr("invalid_argument")) << "the answer comes where all answers come";
  EXPECT_EQ(client.get("/api/v1/events", "Origin: https://evil.example\r\n").status, 403);
}

TEST_F(EventStreamTest, LeavesItsRoomsWhenTheClientGoes) {
  RunningServer site(database_.database());
  {
    Client ada(site.port());
    ada.enter("Ada");
    EXPECT_EQ(metric(site.metrics, "grandstand_hub_sessions"), 1);
  }
  EXPECT_TRUE(eventually([&] { return metric(site.metrics, "grandstand_hub_sessions") == 0; }));
}

TEST_F(EventStreamTest, HasLeftItsRoomsWhenTheServerHasStopped) {
  for (int i = 0; i < 20; ++i) {
    RunningServer site(database_.database());
    Client ada(site.port()), bob(site.port());
    ada.enter("Ada");
    site.server->stop(std::chrono::milliseconds{0});
    EXPECT_EQ(metric(site.metrics, "grandstand_hub_sessions"), 0);
  }
}

TEST_F(EventStreamTest, SaysWhyItIsClosed) {
  RunningServer site(database_.database());
  Client ada(site.port());
  for (int i = 0; i < 200; ++i) ada.say(R"({"type":"ping","client_time":1})");
  const auto closed = ada.next_with("event: close");
  EXPECT_THAT(closed, HasSubstr("\"code\":4029"));
  EXPECT_TRUE(ada.stream.socket().ends());
  EXPECT_EQ(ada.say("{}"), 404);
}

TEST_F(EventStreamTest, SendsCommentsWhileNothingHappens) {
  RunningServer site(database_.database());
  Client ada(site.port());
  site.clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(ada.next(), ":\n\n");
}

}  // namespace
}  // namespace grandstand::http
