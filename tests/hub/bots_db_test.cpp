// SPDX-License-Identifier: MIT
// Bots in rooms: what their tokens let them do, and how they are sent away.
#include "echo_feature.hpp"
#include "fake_transport.hpp"
#include "manual_clock.hpp"
#include "test_database.hpp"

#include <grandstand/hub/hub.hpp>
#include <grandstand/identity/permissions.hpp>

#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace grandstand::hub {
namespace {

using namespace std::chrono_literals;
using identity::Role;
using identity::TokenScope;
using nlohmann::json;

const std::string kNews = "channel:news";
const std::string kSport = "channel:sport";

class BotsInRoomsTest : public ::testing::Test {
 protected:
  BotsInRoomsTest() {
    runtime.start();
    hub = std::make_unique<Hub>(Settings{}, Hub::Context{runtime, clock, metrics, accounts, *catalogue.features});
    on_loop(runtime.loop(0), [&] { hub->set_rooms({RoomId(kNews), RoomId(kSport)}); });
    bot = wait(accounts.create_bot(owner, "Robot")).value();
    for (const char* channel : {"news", "sport"})
      EXPECT_TRUE(wait(accounts.set_channel_role(root, ChannelId(channel), bot.id, Role::kModerator)).ok());
  }
  ~BotsInRoomsTest() override {
    clients.clear();
    hub->stop();
    runtime.stop();
    runtime.join();
    accounts.stop();
  }
  template <class T>
  Result<T> wait(aio::Task<Result<T>> task) {
    return await_on_loop(runtime.loop(0), std::move(task));
  }
  identity::MadeBotToken token(std::vector<TokenScope> scopes, std::optional<ChannelId> channel = {},
                               std::optional<UtcTime> expires = {}) {
    return wait(accounts.create_bot_token(owner, bot.id, {"t", std::move(scopes), std::move(channel), expires}))
        .value();
  }
  FakeClient& connect(const std::string& secret, const std::string& room = kNews) {
    clients.push_back(std::make_unique<FakeClient>(*hub, runtime.loop(0), std::string()));
    EXPECT_EQ(clients.back()->request({{"type", "hello"}, {"token", secret}})["user"]["id"], bot.id.value());
    if (!room.empty()) EXPECT_EQ(clients.back()->join(room)["type"], "joined");
    return *clients.back();
  }

  aio::Runtime runtime{1};  // outlives the threads that post to it
  TestDatabase db{identity::Accounts::migrations()};
  ManualClock clock;
  ops::Metrics metrics;
  identity::Accounts accounts{{}, db.database(), clock, metrics};
  echo::Catalogue catalogue;
  std::unique_ptr<Hub> hub;
  std::vector<std::unique_ptr<FakeClient>> clients;
  identity::User owner = accounts.create_blocking("Ada", "a long password", Role::kViewer).value();
  identity::User root{UserId("account:99"), "Root", Role::kAdmin};
  identity::Bot bot;
};

// Each command with each scope: what passes comes to the room, which has none of these features here.
TEST_F(BotsInRoomsTest, SendTheCommandsOfTheirScopesOnly) {
  int key = 0;
  for (const auto scope : identity::kTokenScopes) {
    auto& robot = connect(token({scope}).secret);
    for (const auto& permission : identity::kPermissions) {
      if (permission.action.find(' ') != std::string_view::npos) continue;
      clock.advance(1s);
      const auto reply = robot.request(
          FakeClient::command(kNews, std::string(permission.action), std::to_string(++key), json::object()));
      EXPECT_EQ(reply["error"]["code"], permission.token == scope ? "not_found" : "forbidden")
          << permission.action << " with " << to_string(scope) << reply;
    }
    EXPECT_EQ(robot.request(FakeClient::command(kNews, "no.such", "k", json::object()))["error"]["code"], "not_found");
  }
  EXPECT_NE(metrics.render().find("grandstand_hub_bot_refusals_total{reason=\"scope\"}"), std::string::npos);
}

// Moderators of the channel as accounts, but not by these tokens.
TEST_F(BotsInRoomsTest, AreListedWithTheRoleThatTheirTokenLeavesThem) {
  auto& robot = connect(token({TokenScope::kChat}).secret);
  json here;
  for (int i = 0; i < 2'000 && here.is_null(); ++i) {
    const auto joined = robot.join(kNews);
    if (joined.contains("personal")) here = joined["personal"]["echo"];
    clock.advance(1s);
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(here, json({{"Robot", "member"}}));
}

TEST_F(BotsInRoomsTest, StayInTheChannelOfTheirToken) {
  auto& robot = connect(token({TokenScope::kChat}, ChannelId("news")).secret);
  const auto refused = robot.join(kSport);
  EXPECT_EQ(refused["error"]["code"], "forbidden") << refused;
}

TEST_F(BotsInRoomsTest, AreSentAwayWhenTheirTokenIsRevoked) {
  const auto first = token({TokenScope::kChat}), second = token({TokenScope::kChat});
  auto &robot = connect(first.secret), &other = connect(second.secret);
  ASSERT_TRUE(wait(accounts.revoke_bot_token(owner, bot.id, first.token.id)).ok());
  EXPECT_EQ(robot.transport().wait_for_close(), wire::CloseCode::kUnauthenticated);
  EXPECT_EQ(other.request({{"type", "leave"}, {"room", kNews}})["ok"], true);
  ASSERT_TRUE(wait(accounts.remove_bot(owner, bot.id)).ok());
  EXPECT_EQ(other.transport().wait_for_close(), wire::CloseCode::kUnauthenticated);
}

TEST_F(BotsInRoomsTest, AreSentAwayWhenTheirTokenHasExpired) {
  auto& robot = connect(token({TokenScope::kChat}, {}, clock.utc() + 1h).secret);
  clock.advance(1h);
  robot.push({{"type", "ping"}, {"client_time", 1}});
  EXPECT_EQ(robot.transport().wait_for_close(), wire::CloseCode::kUnauthenticated);
}

TEST_F(BotsInRoomsTest, KeepTheirScopesWhenTheirRolesChange) {
  auto& robot = connect(token({TokenScope::kReactions}).secret);
  ASSERT_TRUE(wait(accounts.set_channel_role(root, ChannelId("news"), bot.id, Role::kCreator)).ok());
  const auto reply = robot.request(FakeClient::command(kNews, "chat.send", "k", json::object()));
  EXPECT_EQ(reply["error"]["code"], "forbidden") << reply;
}

TEST_F(BotsInRoomsTest, AskAtTheRateOfTheBot) {
  auto& robot = connect(token({TokenScope::kChat}).secret);
  clock.advance(10s);
  json reply;
  for (int i = 0; i < 41; ++i) {
    reply = robot.request(FakeClient::command(kNews, "chat.send", std::to_string(i), json::object()));
    if (i < 40) EXPECT_EQ(reply["error"]["code"], "not_found") << i;
  }
  EXPECT_EQ(reply["error"]["code"], "rate_limited") << reply;
  EXPECT_EQ(reply["error"]["retry_after_ms"], 100);
}

}  // namespace
}  // namespace grandstand::hub
