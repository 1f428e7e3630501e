// SPDX-License-Identifier: MIT
// Rooms that a feature founds: they are opened when somebody asks, and the feature says who comes in.
#include "club_feature.hpp"
#include "fake_transport.hpp"
#include "manual_clock.hpp"
#include "on_loop.hpp"
#include "test_database.hpp"

#include <grandstand/hub/hub.hpp>

#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace grandstand::hub {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const std::string kClub = "club:Ada";

class FoundedRooms : public testing::Test {
 protected:
  FoundedRooms() {
    runtime_.start();
    on_loop(runtime_.loop(0), [&] { hub_.set_rooms({RoomId("channel:news")}); });
  }
  ~FoundedRooms() override {
    clients_.clear();
    hub_.stop();
    runtime_.stop();
    runtime_.join();
    accounts_.stop();
  }
  FakeClient& guest(const std::string& name, std::size_t loop = 0, const std::string& address = "127.0.0.1") {
    clients_.push_back(std::make_unique<FakeClient>(hub_, runtime_.loop(loop), "", address));
    clients_.back()->hello_guest(name);
    return *clients_.back();
  }
  FakeClient& connect(std::size_t loop) {
    clients_.push_back(std::make_unique<FakeClient>(hub_, runtime_.loop(loop)));
    return *clients_.back();
  }
  static json hello(FakeClient& client, const std::string& token) {
    return client.request({{"type", "hello"}, {"token", token}});
  }
  // The session token of a new account.
  std::string account(const std::string& name) {
    return await_on_loop(runtime_.loop(0), accounts_.register_account(name, "a good password")).value().token;
  }
  static json found(FakeClient& client) { return client.request({{"type", "found"}, {"kind", "club"}}); }
  static json join(FakeClient& client, const std::string& ticket = club::kTicket) {
    return client.request({{"type", "join"}, {"room", kClub}, {"ticket", ticket}});
  }
  Result<std::string> ask(std::string room, std::string query, std::optional<identity::User> asker = {},
                          std::string code = {}) {
    auto& loop = runtime_.loop(0);
    return await_on_loop(
        loop, hub_.query(loop, {RoomId(room), "club", query, {{"code", code}}, std::move(asker), "192.0.2.0"}));
  }

  std::vector<storage::Migration> steps_{identity::Accounts::migrations().begin(),
                                         identity::Accounts::migrations().end()};
  aio::Runtime runtime_{2};  // outlives the threads that post to it
  TestDatabase db_{steps_};
  ManualClock clock_;
  ops::Metrics metrics_;
  identity::Accounts accounts_{{}, db_.database(), clock_, metrics_};
  std::unique_ptr<room::FeatureCatalogue> catalogue_ = club::make_catalogue();
  Hub hub_{Settings{.empty_rooms = 10ms}, Hub::Context{runtime_, clock_, metrics_, accounts_, *catalogue_}};
  std::vector<std::unique_ptr<FakeClient>> clients_;
};

TEST_F(FoundedRooms, AreThereForWhoeverKnowsThem) {
  auto& ada = guest("Ada");
  EXPECT_EQ(join(ada)["error"]["code"], "not_found");
  EXPECT_EQ(found(ada)["result"], json({{"room", kClub}}));
  EXPECT_EQ(join(ada)["type"], "joined");
  EXPECT_EQ(join(guest("Bob", 1))["type"], "joined");
}

TEST_F(FoundedRooms, AreFoundedByPeopleAndNotTooOften) {
  clients_.push_back(std::make_unique<FakeClient>(hub_, runtime_.loop(0)));
  auto& spectator = *clients_.back();
  spectator.request({{"type", "hello"}});
  EXPECT_EQ(found(spectator)["error"]["code"], "unauthenticated");
  auto& ada = guest("Ada");
  EXPECT_EQ(ada.request({{"type", "found"}, {"kind", "channel"}})["error"]["code"], "not_found");
  json last;
  for (int i = 0; i < 6; ++i) last = found(ada);
  EXPECT_EQ(last["error"]["code"], "rate_limited");
  EXPECT_GT(last["error"]["retry_after_ms"], 0);
}

TEST_F(FoundedRooms, AreFoundedByManyOfOneNetworkButNotTooOften) {
  const auto outcome = [&](int i, const std::string& address) {
    return found(guest("G" + std::to_string(i), 0, address)).value("ok", false);
  };
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(outcome(i, "192.0.2.7"));
  EXPECT_FALSE(outcome(20, "192.0.2.8")) << "the next house is the same landlord's";
  EXPECT_TRUE(outcome(21, "198.51.100.7")) << "others do not notice";
  EXPECT_TRUE(outcome(22, "127.0.0.1")) << "nor who comes by a proxy";
  clock_.advance(10s);
  EXPECT_TRUE(outcome(23, "192.0.2.7"));
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("grandstand_hub_rooms_refused_total 1"));
}

TEST_F(FoundedRooms, AreOpenedByOneNetworkUpToALimitWhileTheyAreOpen) {
  // As clients do: a room that was empty for a moment is gone again, and is asked for anew.
  const auto enter = [](FakeClient& client, int i) {
    const json join{{"type", "join"}, {"room", "club:F" + std::to_string(i)}, {"ticket", club::kTicket}};
    json answer;
    do answer = client.request(join);
    while (!answer["ok"] && answer["error"]["code"] == "unavailable");
    return answer;
  };
  for (int i = 0; i < 53; ++i) found(guest("F" + std::to_string(i)));
  FakeClient* mallory = nullptr;
  for (int i = 0; i < 50; ++i) {
    if (i % 10 == 0) mallory = &guest("Mallory", 0, "192.0.2.7");
    EXPECT_EQ(enter(*mallory, i)["type"], "joined");
  }
  auto& eve = guest("Eve", 1, "192.0.2.7");
  EXPECT_EQ(enter(eve, 50)["error"]["code"], "rate_limited");
  EXPECT_EQ(enter(eve, 0)["type"], "joined") << "which is open";
  EXPECT_EQ(enter(guest("Ada", 0, "198.51.100.7"), 51)["type"], "joined") << "others do not notice";
  EXPECT_EQ(enter(guest("Bob"), 52)["type"], "joined");
  mallory->disconnect();
  json again = json::object();
  for (int i = 0; i < 2'000 && again.value("type", "") != "joined"; ++i) {
    std::this_thread::sleep_for(1ms);
    clock_.advance(100ms);
    again = enter(eve, 50);
  }
  EXPECT_EQ(again["type"], "joined") << "when others are over";
}

TEST_F(FoundedRooms, LetInWhomTheirFeatureLetsIn) {
  auto& ada = guest("Ada");
  found(ada);
  const auto refused = join(ada, "wrong");
  EXPECT_EQ(refused["error"]["code"], "forbidden");
  EXPECT_EQ(refused["error"]["retry_after_ms"], 2'500);
  EXPECT_EQ(hub_.members(RoomId(kClub)), 0u);
  EXPECT_EQ(join(ada)["type"], "joined");
}

TEST_F(FoundedRooms, LimitHowManyCodesANetworkMayTry) {
  auto& ada = guest("Ada");
  auto& eve = guest("Eve", 1);
  found(ada);
  join(ada);  // the room stays where it is
  auto& mallory = guest("Mallory");
  for (int i = 0; i < 60; ++i) EXPECT_EQ(join(i % 2 == 0 ? eve : mallory, club::kGuess)["error"]["code"], "not_found");
  const auto refused = join(eve);
  EXPECT_EQ(refused["error"]["code"], "rate_limited") << "right or wrong";
  EXPECT_EQ(refused["error"]["retry_after_ms"], 2'000);
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("grandstand_hub_guesses_total{outcome=\"refused\"} 1"));
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("grandstand_hub_guesses_total{outcome=\"wrong\"} 60"));
  clock_.advance(2s);
  EXPECT_EQ(join(eve)["type"], "joined");
}

TEST_F(FoundedRooms, LimitHowManyCodesANetworkMayLookUp) {
  for (int i = 0; i < 60; ++i) EXPECT_EQ(ask("", "ticket", {}, club::kGuess).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ask("", "ticket", {}, club::kTicket).error().code, ErrorCode::kRateLimited) << "right or wrong";
  EXPECT_TRUE(ask("", "all").ok()) << "which nobody can guess";
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("grandstand_hub_guesses_total{outcome=\"refused\"} 1"));
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("grandstand_hub_guesses_total{outcome=\"wrong\"} 60"));
  clock_.advance(2s);
  EXPECT_TRUE(ask("", "ticket", {}, club::kTicket).ok());
}

TEST_F(FoundedRooms, HaveTheirOwnFeatureAndOthersDoNot) {
  auto& ada = guest("Ada");
  found(ada);
  EXPECT_EQ(join(ada)["snapshots"]["club"], json({{"open", true}}));
  EXPECT_FALSE(ada.join("channel:news")["snapshots"].contains("club"));
  const auto command = FakeClient::command("channel:news", "club.expel", "k1", {{"a", 1}});
  EXPECT_EQ(ada.request(command)["error"]["code"], "forbidden");
}

TEST_F(FoundedRooms, PutOutWhomTheirFeaturePutsOut) {
  auto& maria = guest("Maria");
  auto& ada = guest("Ada", 1);
  found(ada);
  join(maria);
  join(ada);
  const auto id = ada.expect_type("welcome")["user"]["id"];
  EXPECT_EQ(maria.request(FakeClient::command(kClub, "club.expel", "k1", {{"user", id}}))["ok"], true);
  EXPECT_FALSE(ada.expect_event("room.expelled", json::object()).is_null());
  EXPECT_EQ(hub_.members(RoomId(kClub)), 1u);
  EXPECT_EQ(ada.request(FakeClient::command(kClub, "echo.say", "k2", {{"n", 1}}))["error"]["code"], "forbidden");
}

TEST_F(FoundedRooms, TellModeratorsWhomTheirFeatureMakesSo) {
  auto& maria = guest("Maria", 1);
  auto& ada = guest("Ada", 1);
  found(ada);
  join(maria);
  join(ada);
  ada.request(FakeClient::command(kClub, "echo.whisper", "k1", {{"n", 1}}));
  EXPECT_FALSE(maria.expect_event("echo.whispered", {{"n", 1}}).is_null());
  ada.request(FakeClient::command(kClub, "echo.say", "k2", {{"n", 2}}));
  ada.expect_event("echo.said", {{"n", 2}});
  for (const auto& message : ada.transport().messages())
    EXPECT_EQ(message.content.dump().find("whispered"), std::string::npos);
}

TEST_F(FoundedRooms, AnswerQuestionsOfThoseWhoMayRead) {
  found(guest("Ada"));
  const identity::User maria{UserId("account:1"), "Maria", identity::Role::kViewer};
  EXPECT_EQ(ask(kClub, "one").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*ask(kClub, "one", maria), R"({"query":"one","room":"club:Ada","as":"moderator"})");
  EXPECT_EQ(*ask("", "all"), R"({"query":"all","room":""})");
  EXPECT_EQ(ask("", "one").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ask("channel:news", "one", maria).error().code, ErrorCode::kNotFound) << "the club is not there";
}

TEST_F(FoundedRooms, ThatArePersonalAreThereForTheirAccountAlone) {
  const auto token = account("Ada");
  auto& ada = connect(0);
  const auto nook = "nook:" + hello(ada, token)["user"]["id"].get<std::string>();
  auto& eve = connect(1);
  hello(eve, account("Eve"));
  const auto refused = eve.join(nook);
  EXPECT_EQ(refused["error"]["code"], "not_found");
  EXPECT_EQ(ada.join(nook)["snapshots"], json({{"nook", {{"nook", true}}}})) << "no other feature is there";
  EXPECT_EQ(eve.join(nook)["error"], refused["error"]) << "nobody learns that it is open";
  EXPECT_EQ(eve.join("nook:")["error"]["code"], "not_found");
  EXPECT_EQ(eve.request({{"type", "found"}, {"kind", "nook"}})["error"]["code"], "not_found");
  EXPECT_EQ(ask(nook, "one").error().message, "There is no room \"" + nook + "\".");
  EXPECT_EQ(hub_.members(RoomId(nook)), 1u);
}

TEST_F(FoundedRooms, ThatArePersonalAreNotForGuests) {
  auto& ada = guest("Ada");
  const auto id = ada.expect_type("welcome")["user"]["id"].get<std::string>();
  EXPECT_EQ(ada.join("nook:" + id)["error"]["code"], "not_found");
}

TEST_F(FoundedRooms, ThatArePersonalAreLeftByWhoBecomesSomebodyElse) {
  auto& ada = connect(0);
  const auto nook = "nook:" + hello(ada, account("Ada"))["user"]["id"].get<std::string>();
  ada.join(nook);
  ada.join("channel:news");
  ada.hello_guest("Eve");
  EXPECT_EQ(ada.join(nook)["error"]["code"], "not_found");
  EXPECT_EQ(ada.request({{"type", "leave"}, {"room", "channel:news"}})["ok"], true) << "what is everybody's is kept";
  for (int i = 0; i < 5'000 && hub_.members(RoomId(nook)) > 0; ++i) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(hub_.members(RoomId(nook)), 0u);
}

TEST_F(FoundedRooms, AreLeftByWhoBecomesSomebodyElseAndCouldNotBePutOutAnyMore) {
  auto& maria = guest("Maria");
  auto& eve = guest("Eve", 1);
  found(maria);
  json founder = {{"type", "join"}, {"room", "club:Maria"}, {"ticket", club::kTicket}};
  EXPECT_EQ(maria.request(founder)["type"], "joined");
  EXPECT_EQ(eve.request(founder)["type"], "joined");
  eve.join("channel:news");
  EXPECT_EQ(eve.hello_guest("Eve")["ok"], true);
  EXPECT_EQ(hub_.members(RoomId("club:Maria")), 2u) << "who says hello as the same stays";
  const auto again = eve.push(founder);
  const auto ghost =
      eve.push({{"type", "hello"}, {"guest", {{"name", "Ghost"}, {"token", "a-ghost-0123456789abcdef"}}}});
  EXPECT_EQ(eve.expect_reply(ghost)["ok"], true);
  EXPECT_FALSE(eve.expect_reply(again).is_null());
  const auto say = FakeClient::command("club:Maria", "echo.say", "k1", {{"n", 1}});
  EXPECT_EQ(eve.request(say)["error"]["code"], "forbidden");
  EXPECT_EQ(eve.request({{"type", "leave"}, {"room", "club:Maria"}})["error"]["code"], "not_found");
  EXPECT_EQ(eve.request({{"type", "leave"}, {"room", "channel:news"}})["ok"], true) << "what is everybody's is kept";
  maria.request(say);
  maria.expect_event("echo.said", {{"n", 1}});
  for (int i = 0; i < 5'000 && hub_.members(RoomId("club:Maria")) > 1; ++i) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(hub_.members(RoomId("club:Maria")), 1u);
  EXPECT_EQ(eve.request(founder)["type"], "joined") << "as who one is now";
}

TEST_F(FoundedRooms, StayWhenTheLineupChangesAndGoWhenNobodyIsThere) {
  auto& ada = guest("Ada");
  found(ada);
  const auto epoch = join(ada)["epoch"].get<std::string>();
  on_loop(runtime_.loop(0), [&] { hub_.set_rooms({RoomId("channel:sport")}); });
  EXPECT_EQ(join(ada)["epoch"], epoch);
  ada.request({{"type", "leave"}, {"room", kClub}});
  json again;
  for (int i = 0; i < 2'000 && (again.is_null() || again["epoch"] == epoch); ++i) {
    std::this_thread::sleep_for(30ms);
    clock_.advance(500ms);  // or she would join too often
    again = join(ada);
    ada.request({{"type", "leave"}, {"room", kClub}});
  }
  EXPECT_NE(again["epoch"], epoch);
}

}  // namespace
}  // namespace grandstand::hub
