// SPDX-License-Identifier: MIT
// Who sits in a call, and what browsers may tell each other.
#include "calls.hpp"

#include "manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::calls {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:17"), "Bob", room::Role::kViewer};
const room::User kHost{UserId("account:3"), "Maria", room::Role::kModerator};
const json kMedia{{"audio", true}, {"video", true}};
const std::string kSdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

room::User somebody(int n) {
  return {UserId("guest:g" + std::to_string(n)), "Guest " + std::to_string(n), room::Role::kGuest};
}

class CallsTest : public testing::Test {
 protected:
  CallsTest() { start({}); }
  void start(CallSettings settings) { feature_ = make(std::move(settings)); }
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 2}; }
  Status ask(const room::User& user, const char* name, const json& body) {
    const auto text = body.dump();
    auto outcome = feature_->on_command(facts(), {name, user, {}, text});
    if (!outcome.ok()) return outcome.error();
    result_ = outcome->result.empty() ? json() : json::parse(outcome->result);
    happen(*std::move(outcome));
    return success();
  }
  void happen(room::Outcome outcome) {
    told_ = std::move(outcome.announcements);
    asked_.clear();
    for (const auto& ask : outcome.asks) asked_.push_back({{"name", ask.name}, {"body", json::parse(ask.body)}});
  }
  void news(const char* name, const json& body) { happen(feature_->on_news(facts(), {name, body.dump()})); }
  void reachable(bool reachable) { news("reachable", {{"reachable", reachable}}); }
  ErrorCode refused(const room::User& user, const char* name, const json& body) {
    const auto status = ask(user, name, body);
    return status.ok() ? ErrorCode::kInternal : status.error().code;
  }
  std::string enter(const room::User& user) {
    const auto status = ask(user, "enter", kMedia);
    EXPECT_TRUE(status.ok()) << user.name;
    return status.ok() ? result_["seat"].get<std::string>() : "";
  }
  json snapshot() const { return json::parse(feature_->snapshot(facts())); }
  json offer(const std::string& seat, const std::string& to) const {
    return {{"seat", seat},
            {"to", to},
            {"generation", snapshot()["generation"]},
            {"description", {{"type", "offer"}, {"sdp", kSdp}}}};
  }

  ManualClock clock_;
  RoomId room_{"party:k3f9xq2m7b"};
  std::unique_ptr<room::Feature> feature_;
  json result_;
  std::vector<room::Announcement> told_;
  std::vector<json> asked_;  // of the SFU
};

TEST_F(CallsTest, SeatsWhoEntersAndTellsEverybody) {
  const auto seat = enter(kAda);
  EXPECT_EQ(result_["mode"], "mesh");
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].name, "seats");
  const auto seats = json::parse(told_[0].body);
  EXPECT_EQ(seats, snapshot());
  EXPECT_EQ(seats["generation"], result_["generation"]);
  EXPECT_EQ(seats["seats"][0],
            (json{{"seat", seat}, {"user", {{"id", "guest:ada"}, {"name", "Ada"}}}, {"audio", true}, {"video", true}}));
  ASSERT_TRUE(ask(kAda, "update", {{"seat", seat}, {"audio", false}, {"video", true}}).ok());
  EXPECT_EQ(snapshot()["seats"][0]["audio"], false);
  ASSERT_TRUE(ask(kAda, "leave", {{"seat", seat}}).ok());
  EXPECT_TRUE(snapshot()["seats"].empty());
  EXPECT_TRUE(ask(kAda, "leave", {{"seat", seat}}).ok()) << "who has left may say so again";
}

TEST_F(CallsTest, SeatsFourWithoutAServerAndTwoOfOneUser) {
  enter(kAda);
  enter(kAda);
  EXPECT_EQ(refused(kAda, "enter", kMedia), ErrorCode::kConflict);
  enter(kBob);
  enter(kHost);
  EXPECT_EQ(refused(somebody(1), "enter", kMedia), ErrorCode::kTooLarge);
  EXPECT_EQ(snapshot()["mode"], "mesh");
}

TEST_F(CallsTest, TakesAwaySeatsThatAreNotHeardOf) {
  const auto ada = enter(kAda);
  enter(kBob);
  for (int i = 0; i < 3; ++i) {
    clock_.advance(10s);
    ASSERT_TRUE(ask(kAda, "alive", {{"seat", ada}}).ok());
    const auto due = feature_->tick_due();
    if (due && *due <= clock_.steady()) told_ = feature_->tick(facts()).announcements;
  }
  EXPECT_EQ(snapshot()["seats"].size(), 1u);
  EXPECT_EQ(told_.size(), 1u) << "and tells so once";
  EXPECT_TRUE(feature_->tick(facts()).announcements.empty());
  clock_.advance(26s);
  feature_->tick(facts());
  EXPECT_EQ(refused(kAda, "alive", {{"seat", ada}}), ErrorCode::kNotFound);
  EXPECT_FALSE(feature_->tick_due().has_value());
}

TEST_F(CallsTest, GivesNoSeatOrGenerationTwice) {
  const auto first = enter(kAda);
  const auto generation = snapshot()["generation"].get<std::int64_t>();
  ASSERT_TRUE(ask(kAda, "leave", {{"seat", first}}).ok());
  EXPECT_NE(enter(kAda), first);
  EXPECT_GT(snapshot()["generation"], generation);
  clock_.advance(5s);
  start({});
  EXPECT_NE(enter(kAda), first) << "also after a restart";
  EXPECT_GT(snapshot()["generation"], generation);
}

TEST_F(CallsTest, CarriesWhatABrowserSaysToTheOneItIsFor) {
  const auto ada = enter(kAda), bob = enter(kBob);
  ASSERT_TRUE(ask(kBob, "signal", offer(bob, ada)).ok());
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].audience, room::Audience::kUser);
  EXPECT_EQ(told_[0].to, kAda.id);
  EXPECT_EQ(json::parse(told_[0].body), (json{{"to", ada},
                                              {"from", bob},
                                              {"generation", snapshot()["generation"]},
                                              {"description", {{"type", "offer"}, {"sdp", kSdp}}}}));
  auto candidate = offer(bob, ada);
  candidate.erase("description");
  candidate["candidate"] = {
      {"candidate", "candidate:1 1 udp 1 192.0.2.1 9 typ host"}, {"sdpMid", "0"}, {"sdpMLineIndex", 0}, {"evil", "x"}};
  ASSERT_TRUE(ask(kBob, "signal", candidate).ok());
  EXPECT_FALSE(json::parse(told_[0].body)["candidate"].contains("evil")) << "only what is known is passed on";
  candidate["candidate"] = nullptr;
  ASSERT_TRUE(ask(kBob, "signal", candidate).ok());
  EXPECT_TRUE(json::parse(told_[0].body)["candidate"].is_null());
}

TEST_F(CallsTest, RefusesSignalsThatAreForgedStaleOrAbsurd) {
  const auto ada = enter(kAda), bob = enter(kBob);
  const auto good = offer(bob, ada);
  const auto with = [&](const char* name, json value) {
    auto changed = good;
    changed[name] = std::move(value);
    return changed;
  };
  const auto generation = good["generation"].get<std::int64_t>();
  auto neither = good, both = good;
  neither.erase("description");
  both["candidate"] = nullptr;
  struct Case {
    const char* what;
    json body;
    ErrorCode code;
  };
  const std::vector<Case> cases{
      {"somebody else's seat", with("seat", ada), ErrorCode::kForbidden},
      {"an unknown seat", with("seat", "1.1"), ErrorCode::kNotFound},
      {"to an unknown seat", with("to", "1.1"), ErrorCode::kNotFound},
      {"of an older generation", with("generation", generation - 1), ErrorCode::kConflict},
      {"of a later one", with("generation", generation + 1), ErrorCode::kConflict},
      {"no generation", with("generation", "new"), ErrorCode::kInvalidArgument},
      {"a generation beyond all", with("generation", 1e300), ErrorCode::kInvalidArgument},
      {"a seat without end", with("seat", std::string(41, '1')), ErrorCode::kTooLarge},
      {"to a server that is not there", with("to", "sfu"), ErrorCode::kInvalidArgument},
      {"a leg in a mesh", with("leg", "publish"), ErrorCode::kInvalidArgument},
      {"a leg that is none", with("leg", "third"), ErrorCode::kInvalidArgument},
      {"neither", neither, ErrorCode::kInvalidArgument},
      {"both", both, ErrorCode::kInvalidArgument},
      {"no SDP", with("description", {{"type", "offer"}, {"sdp", "hello"}}), ErrorCode::kInvalidArgument},
      {"a rollback", with("description", {{"type", "rollback"}, {"sdp", kSdp}}), ErrorCode::kInvalidArgument},
      {"SDP without end", with("description", {{"type", "offer"}, {"sdp", "v=0" + std::string(kLongestSdp, 'x')}}),
       ErrorCode::kTooLarge},
      {"SDP with a null in it", with("description", {{"type", "offer"}, {"sdp", kSdp + std::string(1, '\0')}}),
       ErrorCode::kInvalidArgument},
  };
  for (const auto& wrong : cases) EXPECT_EQ(refused(kBob, "signal", wrong.body), wrong.code) << wrong.what;
  for (const json& candidate : {json(7), json(json::object()), json{{"candidate", std::string(1'025, 'c')}},
                                json{{"candidate", ""}, {"sdpMLineIndex", -1}}, json{{"candidate", "a\x01"}},
                                json{{"candidate", ""}, {"sdpMid", std::string(300, '0')}}}) {
    auto body = neither;
    body["candidate"] = candidate;
    EXPECT_FALSE(ask(kBob, "signal", body).ok()) << candidate;
  }
  EXPECT_TRUE(ask(kBob, "signal", good).ok()) << "and goes on";
}

TEST_F(CallsTest, BoundsHowOftenASeatNegotiates) {
  const auto ada = enter(kAda), bob = enter(kBob);
  int passed = 0;
  for (int i = 0; i < 100; ++i) passed += ask(kBob, "signal", offer(bob, ada)).ok() ? 1 : 0;
  EXPECT_EQ(passed, 30);
  EXPECT_EQ(refused(kBob, "signal", offer(bob, ada)), ErrorCode::kRateLimited);
  EXPECT_TRUE(ask(kAda, "signal", offer(ada, bob)).ok()) << "others are not concerned";
  clock_.advance(1s);
  EXPECT_TRUE(ask(kBob, "signal", offer(bob, ada)).ok());
}

TEST_F(CallsTest, LetsNobodyUseTheSeatOfAnother) {
  const auto ada = enter(kAda);
  const json body{{"seat", ada}, {"audio", false}, {"video", false}};
  for (const char* const command : {"leave", "alive", "update"}) {
    EXPECT_EQ(refused(kBob, command, body), ErrorCode::kForbidden) << command;
  }
  EXPECT_EQ(snapshot()["seats"][0]["audio"], true);
}

TEST_F(CallsTest, LetsModeratorsMuteAndDismiss) {
  const auto ada = enter(kAda);
  ASSERT_TRUE(ask(kHost, "mute", {{"seat", ada}}).ok());
  EXPECT_EQ(snapshot()["seats"][0]["audio"], false);
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].to, kAda.id);
  EXPECT_EQ(json::parse(told_[1].body), (json{{"seat", ada}, {"audio", false}}));
  ASSERT_TRUE(ask(kHost, "dismiss", {{"seat", ada}}).ok());
  EXPECT_TRUE(snapshot()["seats"].empty());
  EXPECT_EQ(json::parse(told_[1].body), (json{{"seat", ada}, {"dismissed", true}}));
  EXPECT_EQ(refused(kHost, "mute", {{"seat", ada}}), ErrorCode::kNotFound);
}

TEST_F(CallsTest, TakesTheSeatsOfWhoIsPutOutOfTheRoom) {
  enter(kAda);
  enter(kBob);
  enter(kAda);
  EXPECT_EQ(feature_->on_expelled(facts(), kAda.id).announcements.size(), 1u);
  EXPECT_EQ(snapshot()["seats"].size(), 1u);
  EXPECT_TRUE(feature_->on_expelled(facts(), kAda.id).announcements.empty());
}

TEST_F(CallsTest, GivesCredentialsForTurnAndNewOnesInTime) {
  start({.stun = {"stun:stun.example"}, .turn = {"turn:turn.example"}, .turn_secret = "north", .turn_lifetime = 600s});
  const auto seat = enter(kAda);
  EXPECT_EQ(seat, "1767225600.1");
  // printf 1767226200:1767225600.1 | openssl dgst -sha1 -hmac north -binary | base64
  const json turn{{"urls", {"turn:turn.example"}},
                  {"username", "1767226200:1767225600.1"},
                  {"credential", "myyLuOzLdYU0SXE/L3nOvX/vYDE="}};
  EXPECT_EQ(result_["ice_servers"], (json{{{"urls", {"stun:stun.example"}}}, turn}));
  EXPECT_EQ(result_["ice_expires_at"], 1'767'226'200'000);
  ASSERT_TRUE(ask(kAda, "alive", {{"seat", seat}}).ok());
  EXPECT_EQ(result_, json::object());
  clock_.advance(301s);
  ASSERT_TRUE(ask(kAda, "alive", {{"seat", seat}}).ok());
  EXPECT_EQ(result_["ice_expires_at"], 1'767'226'501'000);
  EXPECT_FALSE(result_.contains("seat"));
}

TEST_F(CallsTest, MovesToTheServerWithTheFifthAndStaysThere) {
  reachable(true);
  std::vector<std::string> seats;
  for (int i = 0; i < 4; ++i) seats.push_back(enter(somebody(i)));
  EXPECT_TRUE(asked_.empty()) << "a mesh needs nothing";
  const auto mesh = snapshot()["generation"].get<std::int64_t>();
  seats.push_back(enter(somebody(4)));
  EXPECT_EQ(result_["mode"], "sfu");
  EXPECT_EQ(snapshot()["generation"], mesh + 1);
  EXPECT_EQ(asked_, (std::vector<json>{{{"name", "seats"}, {"body", {{"generation", mesh + 1}, {"seats", seats}}}}}));
  for (int i = 4; i > 0; --i) ASSERT_TRUE(ask(somebody(i), "leave", {{"seat", seats[i]}}).ok());
  EXPECT_EQ(snapshot()["mode"], "sfu");
  EXPECT_EQ(snapshot()["generation"], mesh + 1);
  ASSERT_TRUE(ask(somebody(0), "leave", {{"seat", seats[0]}}).ok());
  EXPECT_TRUE(asked_[0]["body"]["seats"].empty()) << "the last one out ends it there";
  enter(kAda);
  EXPECT_EQ(snapshot()["mode"], "mesh");
}

TEST_F(CallsTest, HasAsManySeatsAsConfiguredWithAServer) {
  start({.seats = 6});
  reachable(true);
  for (int i = 0; i < 6; ++i) enter(somebody(i));
  EXPECT_EQ(refused(somebody(6), "enter", kMedia), ErrorCode::kTooLarge);
}

TEST_F(CallsTest, CarriesSignalsToTheServerAndBack) {
  reachable(true);
  std::vector<std::string> seats;
  for (int i = 0; i < 5; ++i) seats.push_back(enter(somebody(i)));
  auto body = offer(seats[1], "sfu");
  EXPECT_EQ(refused(somebody(1), "signal", body), ErrorCode::kInvalidArgument) << "without a leg";
  body["leg"] = "watch";
  EXPECT_EQ(refused(somebody(1), "signal", body), ErrorCode::kInvalidArgument) << "there the server offers";
  EXPECT_EQ(refused(somebody(1), "signal", offer(seats[1], seats[0])), ErrorCode::kInvalidArgument);
  body["leg"] = "publish";
  ASSERT_TRUE(ask(somebody(1), "signal", body).ok());
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(asked_[0],
            (json{{"name", "signal"},
                  {"body", {{"seat", seats[1]}, {"leg", "publish"}, {"description", body["description"]}}}}));
  const auto generation = snapshot()["generation"].get<std::int64_t>();
  json answer{{"generation", generation},
              {"seat", seats[1]},
              {"leg", "watch"},
              {"description", {{"type", "offer"}, {"sdp", kSdp}}},
              {"streams", {{{"mid", "0"}, {"seat", seats[0]}}}}};
  news("signal", answer);
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].to, somebody(1).id);
  auto expected = answer;
  expected.erase("seat");
  expected["to"] = seats[1];
  expected["from"] = "sfu";
  EXPECT_EQ(json::parse(told_[0].body), expected);
  answer["generation"] = generation - 1;
  news("signal", answer);
  EXPECT_TRUE(told_.empty()) << "of the past";
  for (const json& nonsense : {json(7), json::object(), json{{"seat", seats[1]}, {"generation", generation}}}) {
    news("signal", nonsense);
    news("reachable", nonsense);
    EXPECT_TRUE(told_.empty());
  }
}

TEST_F(CallsTest, FallsBackToAMeshWhenTheServerGoesAndFourAreLeft) {
  reachable(true);
  std::vector<std::string> seats;
  for (int i = 0; i < 5; ++i) seats.push_back(enter(somebody(i)));
  const auto generation = snapshot()["generation"].get<std::int64_t>();
  auto body = offer(seats[1], "sfu");
  body["leg"] = "publish";
  reachable(false);
  EXPECT_TRUE(told_.empty()) << "five wait for it";
  EXPECT_EQ(refused(somebody(1), "signal", body), ErrorCode::kUnavailable);
  ASSERT_TRUE(ask(somebody(4), "leave", {{"seat", seats[4]}}).ok());
  EXPECT_EQ(snapshot()["mode"], "mesh");
  EXPECT_EQ(snapshot()["generation"], generation + 1);
  EXPECT_EQ(refused(somebody(4), "enter", kMedia), ErrorCode::kTooLarge);
}

TEST_F(CallsTest, BeginsAnewWhenTheServerIsBack) {
  reachable(true);
  for (int i = 0; i < 5; ++i) enter(somebody(i));
  const auto generation = snapshot()["generation"].get<std::int64_t>();
  reachable(false);
  reachable(true);
  EXPECT_EQ(snapshot()["generation"], generation + 1);
  EXPECT_EQ(told_.size(), 1u);
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0]["body"]["generation"], generation + 1);
  EXPECT_EQ(asked_[0]["body"]["seats"].size(), 5u);
  reachable(true);
  EXPECT_TRUE(told_.empty());
}

TEST(CallCredentials, AreThoseOfTheKnownExample) {
  const auto made = make_credentials("north", "joe", from_unix_ms(1'500'000'000'999));
  EXPECT_EQ(made.username, "1500000000:joe");
  EXPECT_EQ(made.password, "zfpCf9Fihl7U0M0VwmJdFPXEugQ=");
}

}  // namespace
}  // namespace grandstand::social::calls
