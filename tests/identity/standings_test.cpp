// SPDX-License-Identifier: MIT
// Roles in channels and followers, with a real database.
#include "accounts_fixture.hpp"

#include <grandstand/identity/permissions.hpp>

namespace grandstand::identity {
namespace {

const ChannelId kNews("news"), kSport("sport");

// Keeps what it is told.
struct Witness : AccountObserver {
  void on_changed(const User& user) override { changed.push_back(user); }
  void on_ended(const UserId& account, const std::vector<std::uint64_t>& sessions) override {
    for (const auto session : sessions) ended.emplace_back(account, session);
  }
  void on_disabled(const UserId& account) override { disabled.push_back(account); }
  std::vector<User> changed;
  std::vector<UserId> disabled;
  std::vector<std::pair<UserId, std::uint64_t>> ended;
};

class StandingsTest : public AccountsFixture {
 protected:
  StandingsTest() { accounts.observe(witness); }
  Status give(const User& giver, const User& to, Role role, const ChannelId& channel = kNews) {
    return wait(accounts.set_channel_role(giver, channel, to.id, role));
  }
  User now(const User& user) { return wait(accounts.find(user.name)).value(); }

  std::shared_ptr<Witness> witness = std::make_shared<Witness>();
};

TEST_F(StandingsTest, CountInTheirChannelOnly) {
  const auto admin = user("Root", Role::kAdmin);
  const auto ada = user("Ada");
  EXPECT_EQ(ada.channels, nullptr);
  ASSERT_TRUE(give(admin, ada, Role::kModerator).ok());
  const auto known = authenticate(sign_in("Ada").value().token).value();
  EXPECT_EQ(known.role, Role::kViewer);
  EXPECT_EQ(known.role_in(kNews), Role::kModerator);
  EXPECT_EQ(known.role_in(kSport), Role::kViewer);
  EXPECT_EQ(known.since, clock.utc());
  ASSERT_TRUE(give(admin, ada, Role::kViewer).ok());
  EXPECT_EQ(now(ada).role_in(kNews), Role::kViewer);
  EXPECT_EQ(query("select count(*) from channel_role"), "0");
}

TEST_F(StandingsTest, ReachOpenSessionsAndTheObserverAtOnce) {
  const auto admin = user("Root", Role::kAdmin);
  const auto ada = user("Ada");
  const auto token = sign_in("Ada").value().token;
  ASSERT_EQ(authenticate(token).value().role_in(kNews), Role::kViewer);
  ASSERT_TRUE(give(admin, ada, Role::kMember).ok());
  EXPECT_EQ(authenticate(token).value().role_in(kNews), Role::kMember) << "the cache has forgotten what was before";
  ASSERT_EQ(witness->changed.size(), 1u);
  EXPECT_EQ(witness->changed[0].id, ada.id);
  EXPECT_EQ(witness->changed[0].role_in(kNews), Role::kMember);
}

TEST_F(StandingsTest, WhoIsDisabledIsOutAtOnceAndComesBackOnlyWhenEnabled) {
  const auto admin = user("Root", Role::kAdmin);
  const auto ada = user("Ada");
  const auto token = sign_in("Ada").value().token;
  ASSERT_TRUE(authenticate(token).ok());
  EXPECT_EQ(wait(accounts.look_up(ada.id)).value().user.name, "Ada");
  ASSERT_TRUE(wait(accounts.set_disabled(admin, ada.id, true)).ok());
  expect_error(authenticate(token), ErrorCode::kUnauthenticated);
  expect_error(wait(accounts.look_up(ada.id)), ErrorCode::kUnauthenticated);
  expect_error(wait(accounts.look_up(UserId("account:999"))), ErrorCode::kUnauthenticated);
  EXPECT_THAT(witness->disabled, testing::ElementsAre(ada.id));
  expect_error(sign_in("Ada"), ErrorCode::kForbidden, "disabled");
  expect_error(sign_in("Ada", "wrong horse"), ErrorCode::kUnauthenticated, "name or password is wrong");
  expect_error(register_account("Ada"), ErrorCode::kConflict);
  ASSERT_TRUE(wait(accounts.set_disabled(admin, ada.id, false)).ok());
  EXPECT_TRUE(sign_in("Ada").ok());
  expect_error(wait(accounts.set_disabled(admin, admin.id, true)), ErrorCode::kForbidden);
  expect_error(wait(accounts.set_disabled(admin, UserId("account:999"), true)), ErrorCode::kNotFound);
}

TEST_F(StandingsTest, NodesTellEachOtherOfAccounts) {
  ops::Metrics metrics;
  Accounts other(Settings{}, db.database(), clock, metrics);
  const auto theirs = std::make_shared<Witness>();
  other.observe(theirs);
  std::vector<std::string> news;
  accounts.announce_by([&](std::string text) { news.push_back(std::move(text)); });
  other.announce_by([](const std::string& text) { ADD_FAILURE() << "said again: " << text; });
  const auto hear_all = [&] {
    for (const auto& text : news) {
      EXPECT_TRUE(wait(other.hear(text)).ok()) << text;
      EXPECT_TRUE(wait(accounts.hear(text)).ok()) << "its own words";
    }
    news.clear();
  };
  const auto admin = user("Root", Role::kAdmin);
  const auto ada = user("Ada");
  const auto token = sign_in("Ada").value().token;
  ASSERT_EQ(wait(other.authenticate(token))->role_in(kNews), Role::kViewer) << "and it is in the other's cache";
  ASSERT_TRUE(give(admin, ada, Role::kMember).ok());
  hear_all();
  EXPECT_EQ(wait(other.authenticate(token))->role_in(kNews), Role::kMember);
  ASSERT_EQ(theirs->changed.size(), 1u);
  EXPECT_EQ(theirs->changed[0].role_in(kNews), Role::kMember);
  EXPECT_EQ(witness->changed.size(), 1u) << "once";
  const auto session = authenticate(token)->session;
  ASSERT_TRUE(wait(accounts.end_session(ada.id, session)).ok());
  hear_all();
  expect_error(wait(other.authenticate(token)), ErrorCode::kUnauthenticated);
  ASSERT_EQ(theirs->ended.size(), 1u);
  EXPECT_EQ(theirs->ended[0], std::pair(ada.id, session));
  ASSERT_TRUE(wait(accounts.set_disabled(admin, ada.id, true)).ok());
  hear_all();
  EXPECT_THAT(theirs->disabled, testing::ElementsAre(ada.id));
  for (const std::string text :
       {"", "x", "x ended", "x sang account:1", "x ended account:1 7", "x ended account:1 y:z"})
    expect_error(wait(other.hear(text)), ErrorCode::kInvalidArgument);
  other.stop();
}

TEST_F(StandingsTest, TellWhatHasBecomeOfLiveSessionsWhenTheNewsWasLost) {
  ops::Metrics metrics;
  Accounts other(Settings{}, db.database(), clock, metrics);
  const auto theirs = std::make_shared<Witness>();
  other.observe(theirs);
  const auto admin = user("Root", Role::kAdmin);
  const auto ada = user("Ada"), bob = user("Bob"), cid = user("Cid");
  const auto bot = wait(accounts.create_bot(bob, "Robot")).value().id;
  const auto bot_token = wait(accounts.create_bot_token(bob, bot, {"t", {TokenScope::kChat}, {}, {}})).value();
  const auto token = sign_in("Ada").value().token;
  const auto session = wait(other.authenticate(token))->session;
  const std::vector<LiveSession> live{{ada.id, ada.session},
                                      {ada.id, session},
                                      {bob.id, bob.session},
                                      {bot, bot_token.token.id},
                                      {cid.id, cid.session}};
  ASSERT_TRUE(give(admin, ada, Role::kMember).ok());
  ASSERT_TRUE(wait(accounts.end_session(ada.id, ada.session)).ok());
  ASSERT_TRUE(wait(accounts.set_disabled(admin, bob.id, true)).ok());
  ASSERT_TRUE(wait(other.forget_found()).ok());
  EXPECT_EQ(wait(other.authenticate(token))->role_in(kNews), Role::kMember);
  ASSERT_TRUE(wait(other.check_again(live)).ok());
  ASSERT_EQ(theirs->changed.size(), 2u);
  EXPECT_EQ(theirs->changed[0].role_in(kNews), Role::kMember);
  EXPECT_EQ(theirs->changed[1].id, cid.id);
  EXPECT_THAT(theirs->ended, testing::ElementsAre(std::pair(ada.id, ada.session)));
  EXPECT_THAT(theirs->disabled, testing::ElementsAre(bob.id, bot));
  ASSERT_TRUE(wait(accounts.set_disabled(admin, bob.id, false)).ok());
  ASSERT_TRUE(wait(accounts.remove_bot(bob, bot)).ok());
  ASSERT_TRUE(wait(other.check_again({{bot, bot_token.token.id}})).ok());
  EXPECT_EQ(theirs->ended.back(), std::pair(bot, bot_token.token.id));
  other.stop();
}

TEST_F(StandingsTest, CreatorsGiveRolesBelowTheirOwnInTheirChannel) {
  const auto admin = user("Root", Role::kAdmin);
  const auto created_by = user("Cleo");
  const auto ada = user("Ada");
  expect_error(give(created_by, ada, Role::kMember), ErrorCode::kForbidden, "only creators of the channel and admins");
  ASSERT_TRUE(give(admin, created_by, Role::kCreator).ok());
  const auto creator = now(created_by);
  EXPECT_TRUE(give(creator, ada, Role::kMember).ok());
  EXPECT_TRUE(give(creator, ada, Role::kModerator).ok());
  expect_error(give(creator, ada, Role::kCreator), ErrorCode::kForbidden, "below his own");
  expect_error(give(creator, ada, Role::kMember, kSport), ErrorCode::kForbidden);
  expect_error(give(now(ada), created_by, Role::kViewer), ErrorCode::kForbidden);
  expect_error(give(creator, admin, Role::kMember), ErrorCode::kForbidden, "Root is admin here");
  ASSERT_TRUE(give(admin, ada, Role::kCreator).ok());
  expect_error(give(creator, ada, Role::kViewer), ErrorCode::kForbidden, "Ada is creator here");
  for (const auto role : {Role::kGuest, Role::kAdmin})
    expect_error(give(admin, ada, role), ErrorCode::kInvalidArgument, "no role in a channel");
  expect_error(give(admin, User{UserId("account:999"), "Nobody"}, Role::kMember), ErrorCode::kNotFound);
  expect_error(give(admin, User{UserId("guest:1"), "Nobody"}, Role::kMember), ErrorCode::kNotFound);
}

TEST_F(StandingsTest, OnlyAdminsGiveRolesEverywhereAndNotToThemselves) {
  const auto admin = user("Root", Role::kAdmin);
  const auto ada = user("Ada", Role::kCreator);
  ASSERT_TRUE(wait(accounts.set_role(admin, ada.id, Role::kModerator)).ok());
  EXPECT_EQ(now(ada).role, Role::kModerator);
  EXPECT_EQ(now(ada).role_in(kSport), Role::kModerator);
  expect_error(wait(accounts.set_role(ada, admin.id, Role::kViewer)), ErrorCode::kForbidden, "only admins");
  expect_error(wait(accounts.set_role(admin, admin.id, Role::kViewer)), ErrorCode::kForbidden, "his own role");
  expect_error(wait(accounts.set_role(admin, ada.id, Role::kGuest)), ErrorCode::kInvalidArgument);
}

TEST_F(StandingsTest, ListsWhoIsSomethingInAChannelTheHighestFirst) {
  const auto admin = user("Root", Role::kAdmin);
  for (const auto& [name, role] :
       {std::pair{"Bob", Role::kMember}, {"Ada", Role::kMember}, {"Mod", Role::kModerator}, {"Cleo", Role::kCreator}})
    ASSERT_TRUE(give(admin, user(name), role).ok());
  std::vector<std::string> names;
  const auto holders = wait(accounts.role_holders(kNews)).value();
  for (const auto& holder : holders) names.push_back(holder.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Cleo", "Mod", "Ada", "Bob"}));
  EXPECT_TRUE(wait(accounts.role_holders(kSport)).value().empty());
}

TEST_F(StandingsTest, FollowersKeepTheTimeOfTheirFirstFollow) {
  const auto ada = user("Ada");
  const auto first = clock.utc();
  EXPECT_EQ(wait(accounts.follow(ada.id, kNews)).value(), first);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(wait(accounts.follow(ada.id, kNews)).value(), first);
  EXPECT_EQ(now(ada).follower_since(kNews), first);
  EXPECT_EQ(now(ada).follower_since(kSport), std::nullopt);
  EXPECT_EQ(now(ada).role_in(kNews), Role::kViewer);
  ASSERT_TRUE(wait(accounts.unfollow(ada.id, kNews)).ok());
  EXPECT_EQ(now(ada).follower_since(kNews), std::nullopt);
}

TEST_F(StandingsTest, NobodyIsToldOfAFollowThatChangesNothing) {
  std::vector<std::string> news;
  accounts.announce_by([&](std::string text) { news.push_back(std::move(text)); });
  const auto ada = user("Ada");
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(wait(accounts.follow(ada.id, kNews)).ok());
  EXPECT_EQ(witness->changed.size(), 1u);
  EXPECT_EQ(news.size(), 1u);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(wait(accounts.unfollow(ada.id, kNews)).ok());
  EXPECT_EQ(witness->changed.size(), 2u);
  EXPECT_EQ(news.size(), 2u);
}

TEST_F(StandingsTest, AreBounded) {
  const auto ada = user("Ada");
  query("insert into channel_follower select 'c' || i, 1, '2026-01-01' from generate_series(1, 200) i returning 1");
  expect_error(wait(accounts.follow(ada.id, kNews)), ErrorCode::kTooLarge, "200 channels");
  EXPECT_EQ(query("select count(*) from channel_follower"), "200");
  query("insert into channel_role select 'c' || i, 1, 'member' from generate_series(1, 200) i returning 1");
  expect_error(accounts.set_channel_role_blocking("Ada", kNews, Role::kMember), ErrorCode::kTooLarge, "200 channels");
}

TEST_F(StandingsTest, AreGivenByTheOperatorToo) {
  const auto ada = user("Ada");
  ASSERT_TRUE(accounts.set_channel_role_blocking("ada", kNews, Role::kCreator).ok());
  EXPECT_EQ(now(ada).role_in(kNews), Role::kCreator);
  expect_error(accounts.set_channel_role_blocking("nobody", kNews, Role::kMember), ErrorCode::kNotFound);
  expect_error(accounts.set_channel_role_blocking("Ada", kNews, Role::kAdmin), ErrorCode::kInvalidArgument);
}

TEST_F(StandingsTest, SessionsAreListedAndEnded) {
  const auto ada = user("Ada");
  clock.advance(std::chrono::hours(2));
  const Device phone{std::string("Phone/1.0\r\n\xff") + std::string(300, 'x'), "203.0.113.9"};
  const auto token = sign_in("Ada", kPassword, phone).value().token;
  const auto other = sign_in("Ada").value().token;
  const auto here = authenticate(token).value();

  const auto listed = wait(accounts.sessions(ada.id)).value();
  ASSERT_EQ(listed.size(), 3u);
  EXPECT_EQ(listed[1].id, here.session);
  EXPECT_EQ(listed[1].device.user_agent, "Phone/1.0???" + std::string(188, 'x'));
  EXPECT_EQ(listed[1].device.network, "203.0.113.9");
  EXPECT_EQ(listed[1].created_at, clock.utc());
  EXPECT_EQ(listed[2].id, ada.session);

  const auto gone = authenticate(other).value().session;
  const auto stranger = user("Bob");
  expect_error(wait(accounts.end_session(stranger.id, gone)), ErrorCode::kNotFound, "no such session");
  ASSERT_TRUE(wait(accounts.end_session(ada.id, gone)).ok());
  expect_error(authenticate(other), ErrorCode::kUnauthenticated);
  ASSERT_TRUE(wait(accounts.end_other_sessions(ada.id, here.session)).ok());
  EXPECT_EQ(wait(accounts.sessions(ada.id)).value().size(), 1u);
  EXPECT_TRUE(authenticate(token).ok());
  ASSERT_TRUE(wait(accounts.sign_out(token)).ok());
  const std::vector<std::pair<UserId, std::uint64_t>> expected{
      {ada.id, gone}, {ada.id, ada.session}, {ada.id, here.session}};
  EXPECT_EQ(witness->ended, expected);
}

TEST_F(StandingsTest, AChangedPasswordEndsTheOtherSessions) {
  const auto ada = user("Ada");
  const auto token = sign_in("Ada").value().token;
  const auto here = authenticate(token).value();
  expect_error(wait(accounts.change_password(here, "wrong horse", "battery staple")), ErrorCode::kUnauthenticated);
  expect_error(wait(accounts.change_password(here, kPassword, "short")), ErrorCode::kInvalidArgument);
  ASSERT_TRUE(wait(accounts.change_password(here, kPassword, "battery staple")).ok());
  EXPECT_TRUE(authenticate(token).ok());
  ASSERT_EQ(witness->ended.size(), 1u);
  EXPECT_EQ(witness->ended[0].second, ada.session);
  expect_error(sign_in("Ada"), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(sign_in("Ada", "battery staple").ok());
}

TEST_F(StandingsTest, GuessingThePasswordOfAnOpenSessionIsLimited) {
  const auto ada = user("Ada");
  for (int i = 0; i < 5; ++i)
    expect_error(wait(accounts.change_password(ada, "wrong horse", "battery staple")), ErrorCode::kUnauthenticated);
  expect_error(wait(accounts.change_password(ada, kPassword, "battery staple")), ErrorCode::kRateLimited);
}

}  // namespace
}  // namespace grandstand::identity
