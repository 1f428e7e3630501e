// SPDX-License-Identifier: MIT
// Bots and their tokens, with a real database.
#include "accounts_fixture.hpp"

#include <grandstand/identity/permissions.hpp>

namespace grandstand::identity {
namespace {

using namespace std::chrono_literals;

const ChannelId kNews("news");

struct EndWitness : AccountObserver {
  void on_changed(const User&) override {}
  void on_disabled(const UserId& account) override { disabled.push_back(account); }
  void on_ended(const UserId& account, const std::vector<std::uint64_t>& sessions) override {
    for (const auto session : sessions) ended.emplace_back(account, session);
  }
  std::vector<std::pair<UserId, std::uint64_t>> ended;
  std::vector<UserId> disabled;
};

class BotsTest : public AccountsFixture {
 protected:
  static Settings few() {
    Settings settings;
    settings.bots_per_account = 2;
    settings.bot_rate = 5;
    return settings;
  }
  BotsTest() : AccountsFixture(few()) { accounts.observe(witness); }

  MadeBotToken make_token(const User& owner, const UserId& bot,
                          BotTokenWish wish = {"t", {TokenScope::kChat}, {}, {}}) {
    return wait(accounts.create_bot_token(owner, bot, std::move(wish))).value();
  }
  double refused(const std::string& reason) {
    const auto text = db.metrics().render();
    const auto line = "grandstand_identity_bot_tokens_refused_total{reason=\"" + reason + "\"} ";
    const auto at = text.find(line);
    return at == std::string::npos ? -1 : std::stod(text.substr(at + line.size()));
  }

  std::shared_ptr<EndWitness> witness = std::make_shared<EndWitness>();
  User ada = user("Ada");
};

TEST_F(BotsTest, ComeInByTheirTokens) {
  const auto bot = wait(accounts.create_bot(ada, " Score  Bot ")).value();
  EXPECT_TRUE(bot.id.value().starts_with("bot:"));
  EXPECT_EQ(bot.name, "Score Bot");
  EXPECT_EQ(bot.owner, ada.id);
  const auto made =
      make_token(ada, bot.id, {"scores", {TokenScope::kPolls, TokenScope::kChat}, kNews, clock.utc() + 1h});
  EXPECT_TRUE(made.secret.starts_with("gsb_"));
  const auto known = authenticate(made.secret).value();
  EXPECT_EQ(known.id, bot.id);
  EXPECT_TRUE(known.is_bot());
  EXPECT_EQ(known.role, Role::kViewer);
  EXPECT_EQ(known.session, made.token.id);
  ASSERT_NE(known.grant, nullptr);
  EXPECT_EQ(known.grant->scopes, (std::vector{TokenScope::kChat, TokenScope::kPolls}));
  EXPECT_EQ(known.grant->channel, kNews);
  EXPECT_EQ(query("select count(*) from bot_token where encode(digest, 'hex') like '%gsb%'"), "0");
  const auto listed = wait(accounts.bots(ada)).value();
  ASSERT_EQ(listed.size(), 1u);
  ASSERT_EQ(listed[0].tokens.size(), 1u);
  EXPECT_EQ(listed[0].tokens[0].wish.name, "scores");
  EXPECT_EQ(listed[0].tokens[0].wish.expires_at, clock.utc() + 1h);
  EXPECT_EQ(listed[0].tokens[0].last_used_at, clock.utc());
}

TEST_F(BotsTest, HaveRolesInChannelsOnly) {
  const auto admin = user("Root", Role::kAdmin);
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto token = make_token(ada, bot.id, {"t", {TokenScope::kModeration}, {}, {}});
  expect_error(wait(accounts.set_role(admin, bot.id, Role::kModerator)), ErrorCode::kForbidden, "in channels only");
  EXPECT_EQ(authenticate(token.secret).value().role_in(kNews), Role::kViewer);
  ASSERT_TRUE(wait(accounts.set_channel_role(admin, kNews, bot.id, Role::kModerator)).ok());
  EXPECT_EQ(authenticate(token.secret).value().role_in(kNews), Role::kModerator);
  EXPECT_EQ(wait(accounts.role_holders(kNews)).value()[0].account, bot.id);
}

TEST_F(BotsTest, RefuseTokensThatAreForgedRevokedOrExpiredAndCountThem) {
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto kept = make_token(ada, bot.id), gone = make_token(ada, bot.id);
  const auto brief = make_token(ada, bot.id, {"t", {TokenScope::kChat}, {}, clock.utc() + 5s});
  auto forged = kept.secret;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  expect_error(authenticate(forged), ErrorCode::kUnauthenticated, "unknown or revoked");
  EXPECT_TRUE(authenticate(gone.secret).ok());
  ASSERT_TRUE(wait(accounts.revoke_bot_token(ada, bot.id, gone.token.id)).ok());
  EXPECT_EQ(witness->ended, (std::vector{std::pair(bot.id, gone.token.id)}));
  expect_error(authenticate(gone.secret), ErrorCode::kUnauthenticated, "unknown or revoked");
  clock.advance(1min);
  expect_error(authenticate(gone.secret), ErrorCode::kUnauthenticated, "unknown or revoked");
  expect_error(authenticate(brief.secret), ErrorCode::kUnauthenticated, "has expired");
  EXPECT_TRUE(authenticate(kept.secret).ok());
  EXPECT_EQ(refused("unknown"), 3);
  EXPECT_EQ(refused("expired"), 1);
  expect_error(wait(accounts.revoke_bot_token(ada, bot.id, gone.token.id)), ErrorCode::kNotFound);
  // Nor does a bot sign in like a person.
  expect_error(sign_in("Robot"), ErrorCode::kUnauthenticated);
  expect_error(sign_in("Robot", "*"), ErrorCode::kUnauthenticated);
}

TEST_F(BotsTest, ExpireWhileTheyAreRemembered) {
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto brief = make_token(ada, bot.id, {"t", {TokenScope::kChat}, {}, clock.utc() + 5s});
  EXPECT_TRUE(authenticate(brief.secret).ok());
  clock.advance(5s);
  expect_error(authenticate(brief.secret), ErrorCode::kUnauthenticated, "has expired");
}

TEST_F(BotsTest, AskAtTheRateOfTheBotWhateverTheToken) {
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto first = make_token(ada, bot.id), second = make_token(ada, bot.id);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(authenticate(first.secret).ok());
    EXPECT_TRUE(authenticate(second.secret).ok());
  }
  expect_error(authenticate(first.secret), ErrorCode::kRateLimited, "200 ms");
  expect_error(authenticate(second.secret), ErrorCode::kRateLimited);
  EXPECT_EQ(refused("rate"), 2);
  clock.advance(1s);
  EXPECT_TRUE(authenticate(second.secret).ok());
}

TEST_F(BotsTest, BelongToWhoMadeThemAndToAdmins) {
  const auto bob = user("Bob"), admin = user("Root", Role::kAdmin);
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto token = make_token(ada, bot.id);
  EXPECT_TRUE(wait(accounts.bots(bob)).value().empty());
  EXPECT_EQ(wait(accounts.bots(admin)).value().size(), 1u);
  expect_error(wait(accounts.create_bot_token(bob, bot.id, {"t", {TokenScope::kChat}, {}, {}})), ErrorCode::kNotFound);
  expect_error(wait(accounts.revoke_bot_token(bob, bot.id, token.token.id)), ErrorCode::kNotFound);
  expect_error(wait(accounts.remove_bot(bob, bot.id)), ErrorCode::kNotFound);
  expect_error(wait(accounts.remove_bot(ada, bob.id)), ErrorCode::kNotFound, "no such bot");
  ASSERT_TRUE(wait(accounts.remove_bot(admin, bot.id)).ok());
  EXPECT_EQ(witness->ended.size(), 1u);
  expect_error(authenticate(token.secret), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(wait(accounts.bots(ada)).value().empty());
}

TEST_F(BotsTest, AreOutWhileTheyOrTheirOwnersAreDisabled) {
  const auto admin = user("Root", Role::kAdmin);
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto token = make_token(ada, bot.id);
  for (const auto& whose : {bot.id, ada.id}) {
    ASSERT_TRUE(authenticate(token.secret).ok()) << "and it is in the cache";
    ASSERT_TRUE(wait(accounts.set_disabled(admin, whose, true)).ok());
    expect_error(authenticate(token.secret), ErrorCode::kUnauthenticated);
    EXPECT_EQ(witness->disabled.back(), bot.id);
    ASSERT_TRUE(wait(accounts.set_disabled(admin, whose, false)).ok());
  }
  EXPECT_TRUE(authenticate(token.secret).ok());
}

TEST_F(BotsTest, AreMadeFiveTimesADayThoughTheyAreRemovedAgain) {
  for (int i = 0; i < 5; ++i) {
    expect_error(wait(accounts.create_bot(ada, "Ada")), ErrorCode::kConflict);
    const auto bot = wait(accounts.create_bot(ada, "Bot " + std::to_string(i))).value();
    ASSERT_TRUE(wait(accounts.remove_bot(ada, bot.id)).ok());
  }
  expect_error(wait(accounts.create_bot(ada, "Another")), ErrorCode::kRateLimited, "tomorrow");
  EXPECT_TRUE(wait(accounts.create_bot(user("Bob"), "Another")).ok());
  clock.advance(std::chrono::hours(5));
  EXPECT_TRUE(wait(accounts.create_bot(ada, "One more")).ok());
}

TEST_F(BotsTest, KnowWhoseTheyAre) {
  const auto bot = wait(accounts.create_bot(ada, "Robot")).value();
  const auto made = make_token(ada, bot.id);
  EXPECT_EQ(wait(accounts.authenticate(made.secret)).value().grant->owner, ada.id);
}

TEST_F(BotsTest, AreAsManyAsTheOperatorAllows) {
  const auto first = wait(accounts.create_bot(ada, "One")).value();
  ASSERT_TRUE(wait(accounts.create_bot(ada, "Two")).ok());
  expect_error(wait(accounts.create_bot(ada, "Three")), ErrorCode::kTooLarge, "2 bots");
  expect_error(wait(accounts.create_bot(user("Bob"), "one")), ErrorCode::kConflict);
  for (std::size_t i = 0; i < kMostBotTokens; ++i) make_token(ada, first.id);
  expect_error(wait(accounts.create_bot_token(ada, first.id, {"t", {TokenScope::kChat}, {}, {}})), ErrorCode::kTooLarge,
               "20 tokens");
  const auto second = wait(accounts.bots(ada)).value()[1].id;
  for (const BotTokenWish& wish : {BotTokenWish{"", {TokenScope::kChat}, {}, {}}, BotTokenWish{"t", {}, {}, {}},
                                   BotTokenWish{"t", {TokenScope::kChat}, {}, clock.utc()},
                                   BotTokenWish{std::string(65, 'x'), {TokenScope::kChat}, {}, {}}})
    expect_error(wait(accounts.create_bot_token(ada, second, wish)), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace grandstand::identity
