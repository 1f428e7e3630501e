// SPDX-License-Identifier: MIT
#include "captured_log.hpp"
#include "echo_feature.hpp"
#include "fake_transport.hpp"
#include "manual_clock.hpp"
#include "test_database.hpp"

#include <grandstand/hub/hub.hpp>

#include <atomic>
#include <map>
#include <random>
#include <semaphore>
#include <set>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::hub {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

const std::string kNews = "channel:news";
const std::string kSport = "channel:sport";

class HubTest : public ::testing::Test {
 protected:
  HubTest() {
    runtime.start();
    make_hub({});
  }
  ~HubTest() override {
    clients.clear();
    if (hub) hub->stop();
    runtime.stop();
    runtime.join();
    accounts.stop();
  }
  void make_hub(Settings settings) {
    if (hub) hub->stop();
    hub = std::make_unique<Hub>(settings, Hub::Context{runtime, clock, metrics, accounts, *catalogue.features});
    set_rooms({kNews, kSport});
  }
  void set_rooms(const std::vector<std::string>& names) {
    std::vector<RoomId> ids;
    for (const auto& name : names) ids.emplace_back(name);
    std::promise<void> done;
    runtime.loop(0).post([&] {
      hub->set_rooms(ids);
      done.set_value();
    });
    done.get_future().wait();
  }
  FakeClient& client(std::size_t loop = 0, std::string session_token = {}) {
    clients.push_back(std::make_unique<FakeClient>(*hub, runtime.loop(loop), std::move(session_token)));
    return *clients.back();
  }
  FakeClient& guest(const std::string& name, std::size_t loop = 0, const std::string& room = kNews) {
    auto& made = client(loop);
    EXPECT_EQ(made.hello_guest(name)["type"], "welcome");
    EXPECT_EQ(made.join(room)["type"], "joined");
    return made;
  }
  static json say(int n, const std::string& key, const std::string& room = kNews) {
    return FakeClient::command(room, "echo.say", key, {{"n", n}});
  }
  // The session token of a new account.
  std::string signed_in(const std::string& name, identity::Role role) {
    EXPECT_TRUE(accounts.create_blocking(name, "a long password", role).ok());
    return await_on_loop(runtime.loop(0), accounts.sign_in(name, "a long password")).value().token;
  }
  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 5'000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
    return condition();
  }

  std::vector<storage::Migration> steps{identity::Accounts::migrations().begin(),
                                        identity::Accounts::migrations().end()};
  aio::Runtime runtime{2};  // outlives the threads that post to it
  TestDatabase db{steps};
  ManualClock clock;
  ops::Metrics metrics;
  identity::Accounts accounts{{}, db.database(), clock, metrics};
  echo::Catalogue catalogue;
  std::unique_ptr<Hub> hub;
  std::vector<std::unique_ptr<FakeClient>> clients;
};

TEST_F(HubTest, WelcomesGuestsAndSpectators) {
  const auto welcome = client().hello_guest("Ada");
  EXPECT_EQ(welcome["ok"], true);
  EXPECT_EQ(welcome["user"]["name"], "Ada");
  EXPECT_EQ(welcome["user"]["role"], "guest");
  EXPECT_EQ(welcome["ping_interval_ms"], 25'000);
  EXPECT_EQ(welcome["server_time"], to_unix_ms(clock.utc()));
  EXPECT_TRUE(client().request({{"type", "hello"}})["user"].is_null());
}

TEST_F(HubTest, RefusesToLookUpOneTokenAfterTheOther) {
  auto& mallory = client();
  for (int i = 0; i < 10; ++i) {
    const auto forged = "gs_" + std::string(42, 'A') + std::to_string(i);
    EXPECT_EQ(mallory.request({{"type", "hello"}, {"token", forged}})["error"]["code"], "unauthenticated");
  }
  const auto refused = mallory.request({{"type", "hello"}, {"token", "gs_" + std::string(43, 'A')}});
  EXPECT_EQ(refused["error"]["code"], "rate_limited");
  EXPECT_EQ(refused["error"]["retry_after_ms"], 10'000);
  clock.advance(10s);
  EXPECT_EQ(mallory.hello_guest("Ada")["ok"], true);
}

// Each of them is answered with all that the room shows.
TEST_F(HubTest, RefusesToLetOneSessionJoinAgainAndAgain) {
  auto& mallory = guest("Mallory");
  for (int i = 1; i < 20; ++i) EXPECT_EQ(mallory.join(kNews)["type"], "joined");
  const auto refused = mallory.join(kSport);
  EXPECT_EQ(refused["error"]["code"], "rate_limited");
  EXPECT_EQ(refused["error"]["retry_after_ms"], 500);
  EXPECT_EQ(guest("Ada").request(say(1, "k1"))["ok"], true) << "others do not notice";
  clock.advance(500ms);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(mallory.join("channel:none")["error"]["code"], "not_found") << "costs little";
  EXPECT_EQ(mallory.join(kSport)["type"], "joined");
  EXPECT_EQ(mallory.join(kNews)["error"]["code"], "rate_limited");
}

TEST_F(HubTest, SendsAwayWhoseSessionHasExpired) {
  auto& page = client(1, signed_in("Maria", identity::Role::kModerator));
  EXPECT_EQ(page.request({{"type", "hello"}})["user"]["name"], "Maria");
  auto& other = guest("Ada", 1);
  clock.advance(24h * 30);
  EXPECT_EQ(page.transport().wait_for_close(), wire::CloseCode::kUnauthenticated);
  EXPECT_EQ(other.request(say(1, "k1"))["ok"], true) << "guests have no sessions that end";
}

TEST_F(HubTest, SendsAwayWhoseSessionIsGoneThoughNobodySaidSo) {
  auto& evicted = client(0, signed_in("Maria", identity::Role::kModerator));
  auto& other = client(0, signed_in("Bob", identity::Role::kViewer));
  EXPECT_EQ(evicted.request({{"type", "hello"}})["user"]["name"], "Maria");
  EXPECT_EQ(other.request({{"type", "hello"}})["user"]["name"], "Bob");
  EXPECT_EQ(other.join(kNews)["type"], "joined");
  // By newer ones, or by `grandstand user` in a process of its own.
  pqxx::connection connection(db.url());
  pqxx::nontransaction(connection)
      .exec("delete from account_session where account_id = (select id from account where name = 'Maria')");
  clock.advance(60s);
  EXPECT_EQ(evicted.transport().wait_for_close(), wire::CloseCode::kUnauthenticated);
  EXPECT_EQ(other.request(say(1, "k1"))["ok"], true);
}

TEST_F(HubTest, WelcomesAccountsByTokenAndByCookie) {
  const auto secret = signed_in("Maria", identity::Role::kModerator);
  EXPECT_EQ(client().request({{"type", "hello"}, {"token", secret}})["user"]["role"], "moderator");
  auto& page = client(1, secret);
  EXPECT_EQ(page.request({{"type", "hello"}})["user"]["name"], "Maria");
  EXPECT_EQ(page.hello_guest("Ada")["user"]["name"], "Ada") << "somebody else on the same connection";
  EXPECT_TRUE(client(0, "gs_expired").request({{"type", "hello"}})["user"].is_null());
  const auto refused = client().request({{"type", "hello"}, {"token", "gs_wrong"}});
  EXPECT_EQ(refused["ok"], false);
  EXPECT_EQ(refused["error"]["code"], "unauthenticated");
}

TEST_F(HubTest, OpenSessionsBecomeWhatTheirAccountBecomes) {
  const auto secret = signed_in("Maria", identity::Role::kViewer);
  auto& maria = client(1);
  const auto id = maria.request({{"type", "hello"}, {"token", secret}})["user"]["id"].get<std::string>();
  maria.join(kNews);
  maria.join(kSport);
  const auto rule = [&](const std::string& room, const std::string& key) {
    return maria.request(FakeClient::command(room, "echo.rule", key, {{"n", 1}}))["ok"];
  };
  EXPECT_EQ(rule(kNews, "k1"), false);
  const auto change = [&](auto task) { EXPECT_TRUE(await_on_loop(runtime.loop(0), std::move(task)).ok()); };
  const identity::User root{UserId("account:99"), "Root", identity::Role::kAdmin};
  change(accounts.set_channel_role(root, ChannelId("news"), UserId(id), identity::Role::kModerator));
  EXPECT_EQ(maria.expect_event("room.standing", {{"role", "moderator"}, {"follower_since", nullptr}})["room"], kNews);
  EXPECT_EQ(rule(kNews, "k2"), true);
  EXPECT_EQ(rule(kSport, "k2"), false);
  change(accounts.set_role(root, UserId(id), identity::Role::kAdmin));
  EXPECT_EQ(maria.expect_type("user")["user"]["role"], "admin");
  EXPECT_EQ(rule(kSport, "k3"), true);

  auto& again = client(0);
  again.request({{"type", "hello"}, {"token", secret}});
  again.join(kNews);
  again.expect_event("room.standing", {{"role", "admin"}, {"follower_since", nullptr}});
}

TEST_F(HubTest, ClosesTheConnectionsOfASessionThatEnds) {
  const auto secret = signed_in("Maria", identity::Role::kViewer);
  auto& maria = client(1);
  maria.request({{"type", "hello"}, {"token", secret}});
  maria.join(kNews);
  auto& ada = guest("Ada");
  EXPECT_TRUE(await_on_loop(runtime.loop(0), accounts.sign_out(secret)).ok());
  EXPECT_EQ(maria.transport().wait_for_close(), wire::CloseCode::kUnauthenticated);
  EXPECT_TRUE(eventually([&] { return hub->members(RoomId(kNews)) == 1; }));
  EXPECT_EQ(ada.request(say(1, "k1"))["ok"], true);
}

TEST_F(HubTest, AnswersACommittedCommandWithWhatTheStoreDecided) {
  auto& ada = guest("Ada", 1);
  auto& bob = guest("Bob", 0);
  const auto accepted = ada.request(FakeClient::command(kNews, "echo.decide", "k1", {{"n", 1}}));
  EXPECT_EQ(accepted["result"], json({{"number", 1}}));
  EXPECT_FALSE(accepted.contains("offset"));
  EXPECT_FALSE(bob.expect_event("echo.decided", {{"n", 1}}).contains("offset"));
  const auto late = ada.request(FakeClient::command(kNews, "echo.decide", "k2", {{"too", "late"}}));
  EXPECT_EQ(late["error"]["code"], "conflict");
  EXPECT_EQ(ada.request(FakeClient::command(kNews, "echo.decide", "k1", {{"n", 1}}))["result"], json({{"number", 1}}))
      << "the first answer again";
}

TEST_F(HubTest, SaysWhenTheStoreHasNotDecidedInTimeAndAnswersWhenAskedAgain) {
  auto& ada = guest("Ada");
  catalogue.store->down = true;
  const auto id = ada.push(FakeClient::command(kNews, "echo.decide", "k1", {{"n", 1}}));
  ASSERT_TRUE(eventually([&] { return catalogue.store->commits > 0; }));
  clock.advance(3s);  // the loop's ticker sees it
  EXPECT_EQ(ada.expect_reply(id)["error"]["code"], "timeout");
  catalogue.store->down = false;
  const auto again = ada.request(FakeClient::command(kNews, "echo.decide", "k1", {{"n", 1}}));
  EXPECT_EQ(again["result"], json({{"number", 1}})) << "it was decided once";
  EXPECT_EQ(catalogue.store->events().size(), 1u);
}

TEST_F(HubTest, WhispersToModeratorsAndToTheUserAlone) {
  auto& ada = guest("Ada");
  auto& bob = guest("Bob", 1);
  auto& maria = client(1, signed_in("Maria", identity::Role::kModerator));
  maria.request({{"type", "hello"}});
  maria.join(kNews);
  EXPECT_EQ(ada.request(FakeClient::command(kNews, "echo.whisper", "k1", {{"n", 1}}))["result"], json({{"heard", 2}}));
  maria.expect_event("echo.whispered", {{"n", 1}});
  ada.request(say(2, "k2"));
  bob.expect_event("echo.said", {{"n", 2}});
  for (auto* one : {&ada, &bob}) {
    for (const auto& message : one->transport().messages())
      EXPECT_EQ(message.content.dump().find("whispered"), std::string::npos);
  }
}

TEST_F(HubTest, CarriesAMessageToEverybodyOnBothLoops) {
  auto& ada = guest("Ada", 0);
  auto& bob = guest("Bob", 1);
  auto& spectator = client(1);
  spectator.request({{"type", "hello"}});
  spectator.join(kNews);
  auto& elsewhere = guest("Eve", 0, kSport);
  const auto done = ada.request(say(1, "k1"));
  EXPECT_EQ(done["type"], "done");
  EXPECT_EQ(done["offset"], 1);
  EXPECT_EQ(done["stored"], true);
  for (auto* one : {&ada, &bob, &spectator}) {
    const auto event = one->expect_event("echo.said", {{"n", 1}});
    EXPECT_EQ(event["offset"], 1);
    EXPECT_EQ(event["epoch"], done["epoch"]);
    EXPECT_EQ(event["user"]["name"], "Ada");
  }
  EXPECT_EQ(catalogue.store->events().size(), 1u);
  EXPECT_EQ(hub->members(RoomId(kNews)), 3u);
  elsewhere.request({{"type", "leave"}, {"room", kSport}});
  for (const auto& message : elsewhere.transport().messages()) EXPECT_FALSE(message.content.contains("events"));
}

TEST_F(HubTest, RefusesWhatIsNotAllowedAndTellsOnlyTheSender) {
  auto& early = client();
  EXPECT_EQ(early.join(kNews)["error"]["code"], "unauthenticated");
  auto& spectator = client(1);
  spectator.request({{"type", "hello"}});
  EXPECT_EQ(spectator.request(say(1, "k"))["error"]["code"], "forbidden") << "not joined";
  spectator.join(kNews);
  EXPECT_EQ(spectator.request(say(1, "k"))["error"]["code"], "unauthenticated");
  auto& ada = guest("Ada");
  EXPECT_EQ(ada.join("channel:none")["error"]["code"], "not_found");
  EXPECT_EQ(ada.request(FakeClient::command(kNews, "echo.sing", "k", json::object()))["error"]["code"], "not_found");
  EXPECT_EQ(ada.request(FakeClient::command(kNews, "echo.wave", "k", json::object()))["error"]["code"], "forbidden");
  EXPECT_EQ(ada.request({{"type", "leave"}, {"room", kSport}})["error"]["code"], "not_found");
  EXPECT_EQ(ada.request({{"type", "dance"}})["error"]["code"], "invalid_argument");
  test::CapturedLog log;
  ada.push(std::string("{nonsense"));
  EXPECT_EQ(ada.expect_type("error")["error"]["code"], "invalid_argument");
  EXPECT_THAT(log.take(), HasSubstr("A message was not understood session="));
  EXPECT_NE(metrics.render().find("grandstand_hub_malformed_total 2"), std::string::npos) << "dance, nonsense";
  for (const auto& message : spectator.transport().messages()) EXPECT_FALSE(message.content.contains("events"));
  EXPECT_NE(metrics.render().find("grandstand_commands_total{name=\"unknown\",outcome=\"not_found\"} 1"),
            std::string::npos);
}

TEST_F(HubTest, AnswersARepeatedCommandAsTheFirstTime) {
  auto& ada = guest("Ada");
  const auto first = ada.request(say(1, "same"));
  const auto second = ada.request(say(1, "same"));
  EXPECT_EQ(second["offset"], first["offset"]);
  EXPECT_EQ(second["stored"], true);
  ada.request(say(2, "other"));
  ada.expect_event("echo.said", {{"n", 2}});
  EXPECT_EQ(catalogue.store->events().size(), 2u);
}

TEST_F(HubTest, SaysStoredFalseWhenTheStoreDoesNotAnswerAndStoresLater) {
  auto& ada = guest("Ada");
  catalogue.store->down = true;
  const auto id = ada.push(say(1, "k1"));
  EXPECT_EQ(ada.expect_event("echo.said", {{"n", 1}})["offset"], 1) << "seen although not stored";
  clock.advance(2'100ms);
  EXPECT_EQ(ada.expect_reply(id)["stored"], false);
  EXPECT_EQ(ada.request(say(1, "k1"))["stored"], false) << "still not";
  catalogue.store->down = false;
  clock.advance(5s);
  EXPECT_TRUE(eventually([&] { return catalogue.store->events().size() == 1; }));
  EXPECT_TRUE(eventually([&] {
    clock.advance(1s);
    return ada.request(say(1, "k1"))["stored"] == true;
  }));
}

TEST_F(HubTest, GivesANewRoomWhatItsFormerLifetimeStored) {
  guest("Ada").request(say(1, "k1"));
  clients.clear();
  make_hub({});
  const auto joined = [&] {
    auto& bob = client(1);
    bob.hello_guest("Bob");
    return bob.join(kNews);
  }();
  EXPECT_EQ(joined["offset"], 0);
  EXPECT_EQ(joined["snapshots"]["echo"]["said"], json::parse(R"([{"n":1}])"));
}

TEST_F(HubTest, OpensRoomsWhileTheDatabaseIsDown) {
  guest("Ada").request(say(1, "k1"));
  clients.clear();
  catalogue.store->down = true;
  make_hub({});
  auto& bob = client(1);
  bob.hello_guest("Bob");
  EXPECT_EQ(bob.join(kNews)["snapshots"]["echo"]["said"], json::array());
  catalogue.store->down = false;
  EXPECT_TRUE(eventually([&] {
    clock.advance(100ms);
    auto& eve = client(0);
    eve.request({{"type", "hello"}});
    return eve.join(kNews)["snapshots"]["echo"]["said"] == json::parse(R"([{"n":1}])");
  }));
}

TEST_F(HubTest, CarriesNothingOutBeforeItKnowsWhatWasStored) {
  const auto first = guest("Ada").request(say(1, "used"));
  clients.clear();
  catalogue.store->down = true;
  make_hub({});
  auto& ada = guest("Ada");
  const auto refused = ada.request(say(1, "used"));
  EXPECT_EQ(refused["error"]["code"], "unavailable");
  EXPECT_EQ(refused["error"]["retry_after_ms"], 250);
  catalogue.store->down = false;
  json again;
  EXPECT_TRUE(eventually([&] {
    clock.advance(50ms);  // 20 messages a second are taken
    again = ada.request(say(1, "used"));
    return again["ok"] == true;
  }));
  EXPECT_EQ(again["epoch"], first["epoch"]) << "as the first time";
  EXPECT_EQ(again["offset"], first["offset"]);
  EXPECT_EQ(again["stored"], true);
  EXPECT_EQ(catalogue.store->events().size(), 1u);
}

TEST_F(HubTest, KeepsTheOrderOfAPipelinedConnection) {
  auto& ada = client(1);
  const auto hello =
      ada.push(json{{"type", "hello"}, {"guest", {{"name", "Ada"}, {"token", "token-of-Ada-0123456789abcdef"}}}});
  const auto join = ada.push(json{{"type", "join"}, {"room", kNews}});
  const auto command = ada.push(say(1, "k1"));
  EXPECT_EQ(ada.expect_reply(command)["type"], "done");
  std::vector<int> order;
  for (const auto& message : ada.transport().messages()) {
    if (message.content.contains("id")) order.push_back(message.content["id"]);
  }
  EXPECT_EQ(order, (std::vector{hello, join, command}));
}

TEST_F(HubTest, PassesOnWhatFeaturesAskOutsideAndWhatComesBack) {
  auto& ada = guest("Ada");
  EXPECT_TRUE(eventually([&] { return catalogue.outside->lines == 2; })) << "one for each room";
  auto command = FakeClient::command(kNews, "echo.say", "k1", json::parse(echo::kCalled));
  EXPECT_EQ(ada.request(command)["ok"], true);
  EXPECT_TRUE(eventually([&] {
    for (const auto& message : ada.transport().messages()) {
      if (message.content.dump().find("echo.waved") != std::string::npos) return true;
    }
    return false;
  }));
  set_rooms({kNews});
  EXPECT_TRUE(eventually([&] { return catalogue.outside->lines == 1; })) << "it ends with its room";
}

TEST_F(HubTest, ClosesWhoSendsTooMuch) {
  auto& ada = guest("Ada");
  for (int i = 0; i < 200; ++i) ada.push(std::string(R"({"type":"ping","client_time":1})"));
  EXPECT_EQ(ada.transport().wait_for_close(), wire::CloseCode::kRateLimited);
  EXPECT_TRUE(eventually([&] { return hub->members(RoomId(kNews)) == 0; }));
  EXPECT_EQ(ada.transport().sent_after_close(), 0u);
  EXPECT_NE(metrics.render().find("grandstand_hub_rate_closed_total 1"), std::string::npos);
}

TEST_F(HubTest, AnswersPings) {
  auto& ada = client();
  ada.push(std::string(R"({"type":"ping","client_time":81234.5})"));
  const auto pong = ada.expect_type("pong");
  EXPECT_EQ(pong["client_time"], 81234.5);
  EXPECT_EQ(pong["received"], to_unix_ms(clock.utc()));
}

TEST_F(HubTest, BoundsTheRoomsOfASession) {
  Settings settings;
  settings.max_rooms_per_session = 1;
  make_hub(settings);
  auto& ada = guest("Ada");
  EXPECT_EQ(ada.join(kSport)["error"]["code"], "too_large");
  EXPECT_EQ(ada.request({{"type", "leave"}, {"room", kNews}})["type"], "left");
  EXPECT_EQ(ada.join(kSport)["type"], "joined");
}

TEST_F(HubTest, TellsTheMembersThatARoomIsGone) {
  auto& ada = guest("Ada", 0);
  auto& bob = guest("Bob", 1);
  set_rooms({kSport});
  EXPECT_FALSE(ada.expect_event("room.closed", json::object()).is_null());
  EXPECT_FALSE(bob.expect_event("room.closed", json::object()).is_null());
  EXPECT_EQ(ada.join(kNews)["error"]["code"], "not_found");
  EXPECT_EQ(bob.request(say(1, "k"))["error"]["code"], "forbidden");
  EXPECT_EQ(ada.join(kSport)["type"], "joined");
  set_rooms({kSport, kNews});
  EXPECT_EQ(ada.join(kNews)["offset"], 0);
}

TEST_F(HubTest, CountsMembersAndTellsThemNowAndThen) {
  auto& ada = guest("Ada", 0);
  guest("Bob", 1);
  guest("Cid", 1).disconnect();
  EXPECT_TRUE(eventually([&] { return hub->members(RoomId(kNews)) == 2; }));
  clock.advance(6s);
  EXPECT_FALSE(ada.expect_event("room.members", {{"members", 2}}).is_null());
  const auto messages = ada.transport().messages();
  EXPECT_EQ(messages.back().traffic_class, TrafficClass::kConflatable);
}

TEST_F(HubTest, CountsAMemberOnceWhoLeavesWhileJoiningAgain) {
  auto& ada = guest("Ada", 1);
  auto& bob = guest("Bob", 1);
  auto& eve = guest("Eve", 0);
  // The room, which is at home on the other loop, answers later.
  on_loop(runtime.loop(1), [&] {
    bob.push({{"type", "join"}, {"room", kNews}});
    bob.push({{"type", "leave"}, {"room", kNews}});
  });
  on_loop(runtime.loop(1), [&] { ada.push({{"type", "join"}, {"room", kNews}}); });
  ada.disconnect();
  EXPECT_EQ(bob.expect_type("left")["room"], kNews);
  bob.join(kSport);
  EXPECT_TRUE(eventually([&] { return hub->members(RoomId(kNews)) <= 1; }));
  EXPECT_EQ(eve.join(kNews)["members"], 1);
}

TEST_F(HubTest, TellsNobodyOfThoseWhoHaveLeftAnEmptyRoom) {
  auto& ada = guest("Ada", 1);
  EXPECT_TRUE(eventually([&] {
    clock.advance(1s);
    return ada.join(kNews).contains("personal");
  })) << "she is listed";
  ada.disconnect();
  ASSERT_TRUE(eventually([&] { return hub->members(RoomId(kNews)) == 0; }));
  auto& bob = client();
  bob.hello_guest("Bob");
  const auto joined = bob.join(kNews);
  EXPECT_FALSE(joined.contains("personal")) << joined;
}

TEST_F(HubTest, AnswersQueriesOfFeatures) {
  const auto ask = [&](std::string room, std::string feature, std::string query,
                       std::optional<identity::User> asker = {}) {
    auto& loop = runtime.loop(1);
    return await_on_loop(loop, hub->query(loop, {RoomId(room), feature, query, {{"limit", "3"}}, std::move(asker)}));
  };
  EXPECT_EQ(*ask(kNews, "echo", "list"), R"({"query":"list","parameters":1})");
  identity::User ada{UserId("account:1"), "Ada", identity::Role::kViewer};
  ada.channels = std::make_shared<const identity::ChannelStandings>(
      identity::ChannelStandings{{ChannelId("news"), {identity::Role::kModerator, {}}}});
  EXPECT_EQ(*ask(kNews, "echo", "list", ada), R"({"query":"list","parameters":1,"asker":"Ada, moderator"})");
  EXPECT_EQ(ask("channel:none", "echo", "list").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ask(kNews, "poll", "list").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ask(kNews, "echo", "all").error().code, ErrorCode::kNotFound);
}

TEST_F(HubTest, DrainsAndWritesWhatIsQueuedBeforeItStops) {
  auto& ada = guest("Ada", 0);
  auto& bob = guest("Bob", 1);
  catalogue.store->down = true;
  ada.push(say(77, "k1"));
  bob.expect_event("echo.said", {{"n", 77}});
  hub->drain();
  for (auto* one : {&ada, &bob}) {
    EXPECT_EQ(one->transport().wait_for_close(), wire::CloseCode::kGoingAway);
    EXPECT_EQ(one->expect_type("drain")["reconnect_within_ms"], 5'000);
    EXPECT_EQ(one->transport().sent_after_close(), 0u);
  }
  catalogue.store->down = false;
  clock.advance(5s);
  hub->stop();
  const auto stored = catalogue.store->events();
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored[1].event.body, R"({"n":78})") << "which its feature said at the last moment";
}

// Clients that vanish and come back at random while others talk: nobody sees a gap or a duplicate.
TEST_F(HubTest, LetsClientsResumeWithoutGapOrDuplicate) {
  std::mt19937 random(3);
  std::atomic<bool> talking{true};
  // Ten messages a visit: the talker moves the clock, and may not run ahead of a visitor who is slow to say hello.
  std::counting_semaphore<> turns(0);
  std::jthread talker([&] {
    FakeClient ada(*hub, runtime.loop(0));
    ada.hello_guest("Ada");
    ada.join(kNews);
    for (int n = 1; n <= 400; ++n) {
      if (!turns.try_acquire_for(10s)) break;
      ada.request(say(n, "k" + std::to_string(n)));
      clock.advance(60ms);
    }
    talking = false;
  });
  int recovered = 0;
  std::vector<json> positions(4);
  std::vector<std::uint64_t> last(4, 0);
  while (talking) {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      turns.release(10);
      FakeClient one(*hub, runtime.loop(i % 2));
      one.request({{"type", "hello"}});
      const auto joined = one.join(kNews, positions[i]);
      ASSERT_EQ(joined["type"], "joined") << joined;
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 15));
      one.disconnect();
      std::uint64_t offset = joined["offset"];
      if (joined["recovered"] == true) {
        ++recovered;
        std::uint64_t expected = last[i];
        for (const auto& event : joined["events"]) ASSERT_EQ(event["offset"], ++expected);
        ASSERT_EQ(expected, offset);
      }
      for (const auto& message : one.transport().messages()) {
        if (!message.content.contains("events") || message.content.contains("ok")) continue;
        for (const auto& event : message.content["events"]) {
          if (event.contains("offset")) ASSERT_EQ(event["offset"], ++offset);
        }
      }
      last[i] = offset;
      positions[i] = {{"epoch", joined["epoch"]}, {"offset", offset}};
    }
  }
  talker.join();
  EXPECT_GT(recovered, 10);
}

}  // namespace
}  // namespace grandstand::hub
