// SPDX-License-Identifier: MIT
// Calls in a real Janus, as far as they go without a browser: rooms, seats, an offer that is answered, and a Janus that
// dies, hangs or refuses us.
#include "janus_codec.hpp"
#include "janus_server.hpp"

#include <grandstand/sfu/janus.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::sfu {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A microphone, written by hand. Nobody is behind it.
std::string offer() {
  std::string fingerprint;
  for (int i = 0; i < 32; ++i) fingerprint += i == 0 ? "AB" : ":AB";
  std::string sdp;
  for (const std::string& line :
       {std::string("v=0"), std::string("o=- 1 2 IN IP4 127.0.0.1"), std::string("s=-"), std::string("t=0 0"),
        std::string("a=group:BUNDLE 0"), std::string("m=audio 9 UDP/TLS/RTP/SAVPF 111"),
        std::string("c=IN IP4 0.0.0.0"), std::string("a=ice-ufrag:abcd"),
        std::string("a=ice-pwd:abcdefghijklmnopqrstuvwx"), "a=fingerprint:sha-256 " + fingerprint,
        std::string("a=setup:actpass"), std::string("a=mid:0"), std::string("a=sendonly"), std::string("a=rtcp-mux"),
        std::string("a=rtpmap:111 opus/48000/2")}) {
    sdp += line + "\r\n";
  }
  return sdp;
}

// Waits for what another thread brings about.
bool eventually(const std::function<bool()>& holds, std::chrono::seconds limit = 60s) {
  const auto attempts = limit / 50ms;
  for (int i = 0; i < attempts; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(50ms);
  }
  return holds();
}

// A room's end of a line.
class Caller {
 public:
  explicit Caller(Janus& janus) {
    line_ = janus.open(RoomId("party:abc"), [heard = heard_](const room::News& news) {
      const std::lock_guard lock(heard->mutex);
      heard->news.push_back({{"name", news.name}, {"body", json::parse(news.body)}});
    });
  }
  void seats(int generation, const std::vector<std::string>& seats) {
    line_->ask({"seats", json{{"generation", generation}, {"seats", seats}}.dump()});
  }
  void say(const std::string& seat, json content) {
    content["seat"] = seat;
    content["leg"] = "publish";
    line_->ask({"signal", content.dump()});
  }
  void hang_up() { line_.reset(); }
  std::vector<json> heard(const std::string& name) const {
    const std::lock_guard lock(heard_->mutex);
    std::vector<json> bodies;
    for (const auto& news : heard_->news) {
      if (news["name"] == name) bodies.push_back(news["body"]);
    }
    return bodies;
  }
  bool is_reachable() const {
    const auto all = heard("reachable");
    return !all.empty() && all.back()["reachable"] == true;
  }

 private:
  struct Heard {
    std::mutex mutex;
    std::vector<json> news;
  };
  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
  std::unique_ptr<room::Line> line_;
};

class JanusTest : public testing::Test {
 protected:
  JanusTest() { runtime_.start(); }
  ~JanusTest() override {
    if (janus_) janus_->stop();
    runtime_.stop();
    runtime_.join();
  }
  Janus& open(std::string api_secret = JanusServer::kApiSecret, std::string admin_key = JanusServer::kAdminKey) {
    janus_ = std::make_unique<Janus>(Settings{server_.url(), std::move(api_secret), std::move(admin_key)},
                                     runtime_.loop(0), metrics_);
    return *janus_;
  }
  bool rooms_become(const std::vector<int>& people) {
    return eventually([&] { return server_.rooms() == people; });
  }

  JanusServer server_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{1};
  std::unique_ptr<Janus> janus_;
};

TEST_F(JanusTest, MakesARoomForACallAndLeavesNothingBehind) {
  Caller caller(open());
  ASSERT_TRUE(eventually([&] { return caller.is_reachable(); }));
  EXPECT_THAT(server_.rooms(), IsEmpty()) << "the trial is over";
  caller.seats(7, {"1.1", "1.2"});
  EXPECT_TRUE(rooms_become({2}));
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_sfu_seats 2"));
  caller.seats(7, {"1.2"});
  EXPECT_TRUE(rooms_become({1}));
  caller.seats(8, {"1.2", "1.3", "1.4"});
  EXPECT_TRUE(rooms_become({3})) << "another generation, and nothing of the one before";
  caller.seats(0, {});
  EXPECT_TRUE(rooms_become({}));
}

TEST_F(JanusTest, TakesTheCallAwayWithItsRoomAndItself) {
  Caller one(open());
  Caller other(*janus_);
  ASSERT_TRUE(eventually([&] { return one.is_reachable() && other.is_reachable(); }));
  one.seats(1, {"1.1"});
  other.seats(1, {"1.1", "1.2"});
  ASSERT_TRUE(eventually([&] { return server_.rooms().size() == 2; }));
  other.hang_up();
  EXPECT_TRUE(rooms_become({1}));
  janus_->stop();
  EXPECT_THAT(server_.rooms(), IsEmpty());
  janus_.reset();
}

TEST_F(JanusTest, AnswersAnOfferAndSurvivesNonsense) {
  Caller caller(open());
  ASSERT_TRUE(eventually([&] { return caller.is_reachable(); }));
  caller.seats(7, {"1.1"});
  caller.say("1.9", {{"description", {{"type", "offer"}, {"sdp", offer()}}}});
  caller.say("1.1", {{"description", {{"type", "offer"}, {"sdp", "v=0 nonsense"}}}});
  caller.say("1.1", {{"candidate", {{"candidate", "nonsense"}, {"sdpMid", "9"}}}});
  caller.say("1.1", {{"description", {{"type", "offer"}, {"sdp", offer()}}}});
  caller.say("1.1",
             {{"candidate", {{"candidate", "candidate:1 1 udp 2122260223 127.0.0.1 9 typ host"}, {"sdpMid", "0"}}}});
  caller.say("1.1", {{"candidate", nullptr}});
  ASSERT_TRUE(eventually([&] { return !caller.heard("signal").empty(); }));
  const auto answer = caller.heard("signal").front();
  EXPECT_EQ(answer["seat"], "1.1");
  EXPECT_EQ(answer["leg"], "publish");
  EXPECT_EQ(answer["generation"], 7);
  EXPECT_EQ(answer["description"]["type"], "answer");
  EXPECT_THAT(answer["description"]["sdp"].get<std::string>(), HasSubstr("a=candidate"));
  caller.seats(0, {});
  EXPECT_TRUE(rooms_become({}));
  EXPECT_TRUE(caller.is_reachable());
}

TEST_F(JanusTest, ComesBackAfterItDied) {
  Caller caller(open());
  ASSERT_TRUE(eventually([&] { return caller.is_reachable(); }));
  caller.seats(1, {"1.1", "1.2"});
  ASSERT_TRUE(rooms_become({2}));
  server_.stop();
  ASSERT_TRUE(eventually([&] { return !caller.is_reachable(); }));
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_sfu_reachable 0"));
  caller.seats(1, {"1.1"});
  server_.start();
  ASSERT_TRUE(eventually([&] { return caller.is_reachable(); }));
  caller.seats(2, {"1.1", "1.2"});
  EXPECT_TRUE(rooms_become({2}));
}

TEST_F(JanusTest, IsGivenUpWhenItHangsAndClearedWhenItGoesOn) {
  Caller caller(open());
  ASSERT_TRUE(eventually([&] { return caller.is_reachable(); }));
  caller.seats(1, {"1.1", "1.2"});
  ASSERT_TRUE(rooms_become({2}));
  server_.pause();
  EXPECT_TRUE(eventually([&] { return !caller.is_reachable(); }));
  server_.go_on();
  ASSERT_TRUE(eventually([&] { return caller.is_reachable(); }));
  EXPECT_THAT(server_.rooms(), IsEmpty()) << "of the session before";
  caller.seats(2, {"1.1"});
  EXPECT_TRUE(rooms_become({1}));
}

TEST_F(JanusTest, DestroysRoomsThatADaemonLeftBehindAndNoOthers) {
  ops::Metrics metrics_of_other;
  Janus other({server_.url(), JanusServer::kApiSecret, JanusServer::kAdminKey}, runtime_.loop(0), metrics_of_other);
  Caller guest(other);
  ASSERT_TRUE(eventually([&] { return guest.is_reachable(); }));
  guest.seats(1, {"1.1"});
  ASSERT_TRUE(rooms_become({1}));
  server_.say(json::parse(encode_create_room({}, "pin", 2))["body"]);
  server_.say({{"request", "create"}, {"description", "Somebody else's"}});
  const auto become = [&](const std::vector<int>& people) {
    return eventually([&] {
      auto rooms = server_.rooms();
      std::ranges::sort(rooms);
      return rooms == people;
    });
  };
  ASSERT_TRUE(become({0, 0, 1}));
  janus_ = std::make_unique<Janus>(Settings{server_.url(), JanusServer::kApiSecret, JanusServer::kAdminKey},
                                   runtime_.loop(0), metrics_, 200ms);
  EXPECT_TRUE(become({0, 1})) << "the one without a mark and another node's call are left";
  guest.seats(1, {"1.2", "1.3"});
  EXPECT_TRUE(become({0, 2})) << "that call goes on";
  EXPECT_TRUE(guest.is_reachable());
  other.stop();
}

TEST_F(JanusTest, IsNotReachableWithWrongSecrets) {
  for (const bool api : {true, false}) {
    Caller caller(api ? open("wrong") : open(JanusServer::kApiSecret, "wrong"));
    const auto none = std::string("outcome=\"") + (api ? "failed" : "refused") + "\"} 0";
    EXPECT_TRUE(eventually([&] { return metrics_.render().find(none) == std::string::npos; }));
    caller.seats(1, {"1.1"});
    janus_->stop();
    EXPECT_TRUE(caller.heard("reachable").empty());
    EXPECT_THAT(server_.rooms(), IsEmpty());
    janus_.reset();
  }
}

}  // namespace
}  // namespace grandstand::sfu
