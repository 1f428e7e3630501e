// SPDX-License-Identifier: MIT
#include "couch.hpp"

#include "manual_clock.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::couch {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const room::User kAda{UserId("account:17"), "Ada", room::Role::kViewer};
constexpr char kScreen[] = "screen-one";

json showing(const char* screen = kScreen) {
  return {{"screen", screen},
          {"name", "Living room"},
          {"state",
           {{"page", "watch"},
            {"channel", "news"},
            {"party", nullptr},
            {"title", "News"},
            {"playing", true},
            {"position", 1763755200000},
            {"volume", 60},
            {"muted", false}}}};
}

class CouchTest : public testing::Test {
 protected:
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 2}; }
  // What happened, or the error's sentence.
  json ask(const char* name, const json& body) {
    auto outcome = feature_->on_command(facts(), {name, kAda, {}, body.dump()});
    if (!outcome.ok()) return outcome.error().message;
    return told(*outcome);
  }
  static json told(const room::Outcome& outcome) {
    if (outcome.announcements.empty()) return nullptr;
    return {{outcome.announcements[0].name, json::parse(outcome.announcements[0].body)}};
  }
  json screens() const { return json::parse(feature_->personal(facts(), kAda))["screens"]; }

  ManualClock clock_;
  RoomId room_{"couch:account:17"};
  std::unique_ptr<room::Feature> feature_ = kSpec.make();
};

TEST_F(CouchTest, TellsWhatAScreenShowsAlsoToWhoComesLater) {
  const auto said = ask("show", showing());
  ASSERT_EQ(said["screens"]["screens"].size(), 1u);
  EXPECT_EQ(said["screens"]["screens"][0], showing());
  EXPECT_EQ(screens(), said["screens"]["screens"]);
}

TEST_F(CouchTest, HandsOnWhatARemoteControlAsksOfAScreenThatIsThere) {
  ask("show", showing());
  for (const auto& [command, event, body] :
       {std::tuple{"press", "pressed", json{{"screen", kScreen}, {"key", "up"}}},
        std::tuple{"press", "pressed", json{{"screen", kScreen}, {"key", "7"}}},
        std::tuple{"open", "opened", json{{"screen", kScreen}, {"path", "/watch/news"}}},
        std::tuple{"type", "typed", json{{"screen", kScreen}, {"text", "Go"}, {"final", false}}}}) {
    EXPECT_EQ(ask(command, body), json({{event, body}}));
    auto elsewhere = body;
    elsewhere["screen"] = "screen-two";
    EXPECT_EQ(ask(command, elsewhere), "This television is not there at the moment.");
  }
}

TEST_F(CouchTest, ForgetsAScreenThatSaysNothingMore) {
  ask("show", showing());
  clock_.advance(kShownEvery);
  ask("show", showing("screen-two"));
  EXPECT_EQ(feature_->tick_due(), clock_.steady() - kShownEvery + kScreenGrace);
  clock_.advance(kScreenGrace - kShownEvery - 1ms);
  EXPECT_EQ(told(feature_->tick(facts())), nullptr);
  clock_.advance(1ms);
  EXPECT_EQ(told(feature_->tick(facts()))["screens"]["screens"].size(), 1u);
  EXPECT_EQ(screens()[0]["screen"], "screen-two");
  clock_.advance(1h);
  feature_->tick(facts());
  EXPECT_TRUE(screens().empty());
  EXPECT_FALSE(feature_->tick_due());
}

TEST_F(CouchTest, KeepsAScreenThatGoesOnSayingWhatItShows) {
  for (int i = 0; i < 10; ++i) {
    ask("show", showing());
    clock_.advance(kShownEvery);
    EXPECT_EQ(told(feature_->tick(facts())), nullptr);
  }
}

TEST_F(CouchTest, TakesAScreenAwayThatSaysGoodbye) {
  ask("show", showing());
  EXPECT_EQ(ask("hide", {{"screen", kScreen}}), json::parse(R"({"screens":{"screens":[]}})"));
  EXPECT_EQ(ask("hide", {{"screen", kScreen}}), nullptr);
}

TEST_F(CouchTest, HasRoomForEightScreens) {
  for (int i = 0; i < 8; ++i) ask("show", showing(("screen-" + std::to_string(10 + i)).c_str()));
  EXPECT_EQ(ask("show", showing("screen-99")), "There are 8 televisions here already.");
  EXPECT_TRUE(ask("show", showing("screen-10")).is_object()) << "who is there stays";
}

TEST_F(CouchTest, OpensPagesOfOursOnly) {
  for (const char* path : {"/", "/watch/news", "/watch/a%20b?at=2026-11-21T19:00:00Z", "/guide", "/guide?channel=news",
                           "/guide/news/2026-11-21T19:00:00Z", "/party/k3f9xq2m7w?invite=bcdfghjk"}) {
    EXPECT_TRUE(is_own_path(path)) << path;
  }
  for (const char* path :
       {"", "watch/news", "//evil.example", "https://evil.example/", "/\\evil.example", "/watch/", "/watch/../..//evil",
        "/watch/a/b", "/api/v1/me", "/party/x y", "/guide/\n", "/admin", "javascript:alert(1)", "/guidebook"}) {
    EXPECT_FALSE(is_own_path(path)) << path;
  }
  EXPECT_FALSE(is_own_path("/watch/" + std::string(300, 'a')));
}

TEST_F(CouchTest, RefusesWhatDoesNotFit) {
  ask("show", showing());
  const auto wrong = [&](const char* at, json value) {
    auto body = showing();
    body["state"][at] = std::move(value);
    return ask("show", body).is_string();
  };
  EXPECT_TRUE(wrong("page", "settings"));
  EXPECT_TRUE(wrong("title", std::string(121, 'x')));
  EXPECT_TRUE(wrong("title", "a\nb"));
  EXPECT_TRUE(wrong("volume", 101));
  EXPECT_TRUE(wrong("volume", "loud"));
  EXPECT_TRUE(wrong("position", -1));
  EXPECT_TRUE(wrong("position", 1e300));
  EXPECT_TRUE(wrong("channel", 7));
  EXPECT_TRUE(wrong("playing", nullptr));
  EXPECT_TRUE(ask("show", showing("short")).is_string());
  EXPECT_TRUE(ask("show", showing("screen/../x")).is_string());
  EXPECT_TRUE(ask("press", {{"screen", kScreen}, {"key", "power"}}).is_string());
  EXPECT_TRUE(ask("press", {{"screen", kScreen}, {"key", "12"}}).is_string());
  EXPECT_TRUE(ask("type", {{"screen", kScreen}, {"text", std::string(501, 'x')}, {"final", true}}).is_string());
  EXPECT_TRUE(ask("type", {{"screen", kScreen}, {"text", "x"}}).is_string());
}

TEST(CouchSpec, IsForAccountsInRoomsOfTheirOwn) {
  EXPECT_EQ(kSpec.room_of(kAda.id), RoomId("couch:account:17"));
  for (const auto& command : kSpec.commands) EXPECT_EQ(command.minimum_role, room::Role::kViewer) << command.name;
}

}  // namespace
}  // namespace grandstand::social::couch
