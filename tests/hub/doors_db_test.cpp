// SPDX-License-Identifier: MIT
// Rooms of channels that are not for everybody: a doorkeeper says who comes in.
#include "echo_feature.hpp"
#include "fake_transport.hpp"
#include "manual_clock.hpp"
#include "test_database.hpp"

#include <grandstand/hub/hub.hpp>

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::hub {
namespace {

using namespace std::chrono_literals;
using identity::Role;
using nlohmann::json;

const std::string kClub = "channel:club";

// Lets into the club who has an account and comes from the house, or has the token while it is good.
class DoorsTest : public testing::Test {
 protected:
  DoorsTest() {
    runtime_.start();
    set_rooms();
  }
  ~DoorsTest() override {
    clients_.clear();
    hub_.stop();
    runtime_.stop();
    runtime_.join();
    accounts_.stop();
  }
  void set_rooms() {
    on_loop(runtime_.loop(0), [&] { hub_.set_rooms({RoomId(kClub), RoomId("channel:news")}); });
  }
  Status may_enter(const ChannelId& channel, const Visitor& visitor) const {
    if (channel.value() != "club") return success();
    if (visitor.token == "good" && token_is_good_) return success();
    if (!visitor.user || visitor.user->is_guest()) return Error{ErrorCode::kUnauthenticated, "Sign in."};
    if (closed_ || visitor.address != "192.0.2.7") return Error{ErrorCode::kForbidden, "Not from there."};
    return success();
  }
  FakeClient& connect(const std::string& address = "192.0.2.7") {
    clients_.push_back(std::make_unique<FakeClient>(hub_, runtime_.loop(1), "", address));
    return *clients_.back();
  }
  FakeClient& guest(const std::string& name) {
    auto& made = connect();
    EXPECT_EQ(made.hello_guest(name)["type"], "welcome");
    return made;
  }
  // The session token of a new account.
  std::string account(const std::string& name, Role role = Role::kViewer) {
    EXPECT_TRUE(accounts_.create_blocking(name, "a long password", role).ok());
    return await_on_loop(runtime_.loop(0), accounts_.sign_in(name, "a long password")).value().token;
  }
  static json hello(FakeClient& client, const std::string& token) {
    return client.request({{"type", "hello"}, {"token", token}});
  }
  static json join(FakeClient& client, const std::string& ticket = "") {
    json message{{"type", "join"}, {"room", kClub}};
    if (!ticket.empty()) message["ticket"] = ticket;
    return client.request(std::move(message));
  }
  static json say(FakeClient& client, const std::string& key) {
    return client.request(FakeClient::command(kClub, "echo.say", key, {{"n", 1}}));
  }
  Result<std::string> ask(std::optional<identity::User> asker, std::string address, std::string token = "") {
    auto& loop = runtime_.loop(1);
    return await_on_loop(
        loop, hub_.query(loop, {RoomId(kClub), "echo", "list", {}, std::move(asker), address, std::move(token)}));
  }

  std::atomic<bool> closed_{false}, token_is_good_{true};
  aio::Runtime runtime_{2};  // outlives the threads that post to it
  TestDatabase db_{identity::Accounts::migrations()};
  ManualClock clock_;
  ops::Metrics metrics_;
  identity::Accounts accounts_{{}, db_.database(), clock_, metrics_};
  echo::Catalogue catalogue_;
  Hub hub_{Settings{}, Hub::Context{.runtime = runtime_,
                                    .clock = clock_,
                                    .metrics = metrics_,
                                    .accounts = accounts_,
                                    .features = *catalogue_.features,
                                    .doorkeeper = [this](const ChannelId& channel, const Visitor& visitor) {
                                      return may_enter(channel, visitor);
                                    }}};
  std::vector<std::unique_ptr<FakeClient>> clients_;
};

TEST_F(DoorsTest, LetInWhomTheDoorkeeperLetsIn) {
  auto& eve = guest("Eve");
  EXPECT_EQ(join(eve)["error"]["code"], "unauthenticated");
  EXPECT_EQ(say(eve, "k1")["error"]["code"], "forbidden");
  EXPECT_EQ(eve.join("channel:news")["type"], "joined") << "which is for everybody";
  const auto token = account("Ada");
  auto& ada = connect();
  hello(ada, token);
  EXPECT_EQ(join(ada)["type"], "joined");
  auto& far = connect("198.51.100.1");
  hello(far, token);
  EXPECT_EQ(join(far)["error"]["message"], "Not from there.");
  auto& maria = connect("198.51.100.1");
  hello(maria, account("Maria", Role::kModerator));
  EXPECT_EQ(join(maria)["type"], "joined") << "moderators always";
  EXPECT_EQ(join(eve, "bad")["error"]["code"], "unauthenticated");
  EXPECT_EQ(join(eve, "good")["type"], "joined");
  EXPECT_EQ(join(eve)["type"], "joined") << "again, with what was shown before";
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("grandstand_hub_doors_closed_total 3"));
}

TEST_F(DoorsTest, AnswerQuestionsOfThoseWhoMayBeThere) {
  const identity::User ada{UserId("account:1"), "Ada", Role::kViewer};
  EXPECT_EQ(ask({}, "192.0.2.7").error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(ask(ada, "198.51.100.1").error().code, ErrorCode::kForbidden);
  EXPECT_TRUE(ask(ada, "192.0.2.7").ok());
  EXPECT_TRUE(ask({}, "198.51.100.1", "good").ok());
}

TEST_F(DoorsTest, AreClosedBehindWhoSignsOut) {
  auto& ada = connect();
  hello(ada, account("Ada"));
  join(ada);
  ada.join("channel:news");
  ada.hello_guest("Guest");
  EXPECT_EQ(say(ada, "k1")["error"]["code"], "forbidden");
  EXPECT_EQ(ada.request({{"type", "leave"}, {"room", "channel:news"}})["ok"], true);
}

TEST_F(DoorsTest, PutOutWhoMayNotBeThereAnyMoreWhenTheLineupIsReadAgain) {
  auto& ada = connect();
  hello(ada, account("Ada"));
  join(ada);
  auto& maria = connect();
  hello(maria, account("Maria", Role::kModerator));
  join(maria);
  closed_ = true;
  set_rooms();
  EXPECT_EQ(ada.expect_type("moved")["room"], kClub);
  EXPECT_EQ(join(ada)["error"]["code"], "forbidden");
  EXPECT_EQ(say(maria, "k1")["ok"], true);
}

TEST_F(DoorsTest, AreClosedSoonAfterTheTokenThatOpenedThemHasExpired) {
  auto& eve = guest("Eve");
  EXPECT_EQ(join(eve, "good")["type"], "joined");
  token_is_good_ = false;
  clock_.advance(60s);
  EXPECT_EQ(eve.expect_type("moved")["room"], kClub);
  EXPECT_EQ(join(eve, "good")["error"]["code"], "unauthenticated");
}

}  // namespace
}  // namespace grandstand::hub
