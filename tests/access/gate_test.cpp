// SPDX-License-Identifier: MIT
#include "answering_server.hpp"
#include "country_database.hpp"
#include "manual_clock.hpp"
#include "on_loop.hpp"
#include "test_database.hpp"

#include <grandstand/access/gate.hpp>

#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::access {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

class GateTest : public testing::Test {
 protected:
  GateTest() : db(identity::Accounts::migrations()), accounts({}, db.database(), clock, metrics) {
    runtime.start();
    settings.keys_file = directory.path() / "keys";
    std::ofstream(settings.keys_file) << "k1 " << kSecret << "\n";
    viewing.channel = "news";
    viewing.address = "192.0.2.7";
    viewing.user_agent = "Player/1";
  }
  ~GateTest() override {
    if (gate) gate->stop();
    accounts.stop();
    runtime.stop();
    runtime.join();
  }

  void open(ChannelAccess access = {}) {
    auto created = Gate::create(settings, {runtime, clock, metrics, accounts, secret});
    ASSERT_TRUE(created.ok()) << created.error().message;
    gate = std::move(*created);
    ASSERT_TRUE(gate->apply({{ChannelId("news"), std::move(access)}}).ok());
  }
  // On the loop: what is known, or else decided.
  Verdict decide(const Viewing& asked, std::size_t loop = 1) {
    std::promise<Verdict> done;
    runtime.loop(loop).post([&] {
      if (auto known = gate->known(runtime.loop(loop), asked)) return done.set_value(*known);
      gate->ask(runtime.loop(loop), asked, [&](const Verdict& verdict) { done.set_value(verdict); });
    });
    return done.get_future().get();
  }
  // The same without waiting.
  std::future<Verdict> ask(const Viewing& asked, std::size_t loop = 1) {
    auto done = std::make_shared<std::promise<Verdict>>();
    runtime.loop(loop).post([this, asked, loop, done] {
      gate->ask(runtime.loop(loop), asked, [done](const Verdict& verdict) { done->set_value(verdict); });
    });
    return done->get_future();
  }
  Refusal refusal(const Viewing& asked) { return decide(asked).refusal; }
  Viewing with_token(const std::function<void(Token&)>& change = [](Token&) {}) {
    Token token;
    token.channels = {"news"};
    token.expires = clock.utc() + hours{1};
    change(token);
    auto asked = viewing;
    asked.token = KeyRing({{"k1", kSecret}}).sign(token);
    return asked;
  }
  Viewing from(std::string address) {
    auto asked = viewing;
    asked.address = std::move(address);
    return asked;
  }
  // The first request of a player, with a query for the hook.
  Viewing entry(std::string query, std::string user_agent = "Player/1") {
    auto asked = viewing;
    asked.query = asked.customer = std::move(query);
    asked.user_agent = std::move(user_agent);
    asked.entry = true;
    return asked;
  }
  // What a player asks next.
  Viewing after(const Verdict& verdict) {
    auto asked = viewing;
    asked.token = verdict.token;
    asked.player = verdict.player;
    return asked;
  }
  identity::User account(const std::string& name) {
    return accounts.create_blocking(name, "correct horse", identity::Role::kViewer).value();
  }
  UserId id_of(const std::string& name) {
    const auto users = accounts.list_blocking().value();
    for (const auto& user : users) {
      if (user.name == name) return user.id;
    }
    return {};
  }
  void set_disabled(const UserId& whose, bool disabled) {
    auto task = accounts.set_disabled({UserId("account:999"), "Root"}, whose, disabled);
    EXPECT_TRUE(await_on_loop(runtime.loop(0), std::move(task)).ok());
  }
  std::string sign_in(const std::string& name) {
    EXPECT_TRUE(accounts.create_blocking(name, "correct horse", identity::Role::kViewer).ok());
    return await_on_loop(runtime.loop(0), accounts.sign_in(name, "correct horse")).value().token;
  }

  TemporaryDirectory directory;
  ManualClock clock;
  ops::Metrics metrics;
  aio::Runtime runtime{2};  // outlives the threads that post to it
  TestDatabase db;
  identity::Accounts accounts;
  Settings settings;
  std::string secret;
  Viewing viewing;
  std::unique_ptr<Gate> gate;
};

TEST_F(GateTest, APublicChannelIsOpenToAll) {
  open();
  EXPECT_TRUE(gate->open_to_all("news"));
  EXPECT_TRUE(gate->open_to_all("unknown"));
  EXPECT_EQ(refusal(viewing), Refusal::kNone);
}

TEST_F(GateTest, ASignedChannelIsWatchedWithAGoodTokenOnly) {
  open({.audience = Audience::kSigned});
  EXPECT_FALSE(gate->open_to_all("news"));
  EXPECT_EQ(refusal(viewing), Refusal::kTokenRequired);
  EXPECT_EQ(refusal(with_token()), Refusal::kNone);
  EXPECT_EQ(refusal(with_token([](Token& token) { token.channels = {"*"}; })), Refusal::kNone);
  EXPECT_EQ(refusal(with_token([](Token& token) { token.channels = {"films"}; })), Refusal::kTokenInvalid);
  EXPECT_EQ(refusal(with_token([&](Token& token) { token.expires = clock.utc(); })), Refusal::kTokenInvalid);
  auto forged = with_token();
  forged.token.back() = forged.token.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(refusal(forged), Refusal::kTokenInvalid);
  forged.token = std::string(5'000, 'A');
  EXPECT_THAT(decide(forged).reason, HasSubstr("too long"));
}

TEST_F(GateTest, ATokenMayBeBoundToAnAddress) {
  open({.audience = Audience::kSigned});
  auto bound = with_token([](Token& token) { token.network = IpNetwork::parse("192.0.2.0/28").value(); });
  EXPECT_EQ(refusal(bound), Refusal::kNone);
  bound.address = "192.0.2.200";
  EXPECT_EQ(refusal(bound), Refusal::kTokenInvalid);
}

TEST_F(GateTest, ADecisionEndsSoonAfterItsToken) {
  open({.audience = Audience::kSigned});
  const auto asked = with_token([&](Token& token) { token.expires = clock.utc() + seconds{60}; });
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  clock.advance(seconds{65});
  EXPECT_EQ(refusal(asked), Refusal::kTokenInvalid);
}

TEST_F(GateTest, AMembersChannelAsksForAnAccount) {
  open({.audience = Audience::kMembers});
  EXPECT_EQ(refusal(viewing), Refusal::kSignInRequired);
  auto asked = viewing;
  asked.account_token = "gs_nobody";
  EXPECT_EQ(refusal(asked), Refusal::kSignInRequired);
  asked.account_token = sign_in("Alice");
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  EXPECT_EQ(refusal(with_token()), Refusal::kNone);
}

TEST_F(GateTest, AMembersChannelMayBeForSomeAccountsOnly) {
  open({.audience = Audience::kMembers, .accounts = {"ALICE"}});
  auto asked = viewing;
  asked.account_token = sign_in("Alice");
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  asked.account_token = sign_in("Bob");
  EXPECT_EQ(refusal(asked), Refusal::kAccount);
}

TEST_F(GateTest, NetworksAndCountriesAreAskedFirst) {
  CountryDatabase countries;
  countries.add("192.0.2.0", 24, "DE");
  countries.add("2001:db8::", 32, "FR");
  countries.write(directory.path() / "countries.mmdb");
  settings.geo_database = directory.path() / "countries.mmdb";
  open({.networks = {{IpNetwork::parse("192.0.2.0/25").value(), IpNetwork::parse("2001:db8::/32").value()}},
        .countries = {{"DE", "AT"}}});
  EXPECT_EQ(refusal(from("192.0.2.7")), Refusal::kNone);
  EXPECT_EQ(refusal(from("192.0.2.200")), Refusal::kNetwork);
  EXPECT_EQ(refusal(from("2001:db8::1")), Refusal::kCountry);
  EXPECT_EQ(refusal(from("nonsense")), Refusal::kNetwork);
}

TEST_F(GateTest, WhoVisitsAMembersChannelIsSignedInOrHasASignedAddress) {
  open({.audience = Audience::kMembers, .accounts = {"Alice"}});
  const auto visit = [&](const identity::User* user, std::string_view token = {}) {
    return gate->may_visit({"news", viewing.address, token, user}).refusal;
  };
  const auto alice = account("Alice"), bob = account("Bob");
  const identity::User guest{UserId("guest:alice"), "Alice"};
  EXPECT_EQ(visit(nullptr), Refusal::kSignInRequired);
  EXPECT_EQ(visit(&guest), Refusal::kSignInRequired) << "whatever a guest is called";
  EXPECT_EQ(visit(&bob), Refusal::kAccount);
  EXPECT_EQ(visit(&alice), Refusal::kNone);
  const auto hers = gate->make_member_token("news", alice);
  EXPECT_EQ(visit(&alice, hers), Refusal::kNone);
  EXPECT_EQ(visit(&bob, hers), Refusal::kTokenInvalid);
  EXPECT_EQ(visit(&guest, hers), Refusal::kTokenInvalid);
  EXPECT_EQ(visit(&guest, with_token().token), Refusal::kNone) << "a signed address lets in whoever has it";
  EXPECT_TRUE(gate->may_visit({"unknown", viewing.address}).allowed());
}

TEST_F(GateTest, WhoVisitsASignedChannelHasAGoodToken) {
  open({.audience = Audience::kSigned});
  const auto alice = account("Alice");
  const auto visit = [&](const std::string& token) {
    return gate->may_visit({"news", viewing.address, token, &alice}).refusal;
  };
  EXPECT_EQ(visit(""), Refusal::kTokenRequired);
  EXPECT_EQ(visit(with_token([](Token& token) { token.channels = {"films"}; }).token), Refusal::kTokenInvalid);
  const auto good = with_token().token;
  EXPECT_EQ(visit(good), Refusal::kNone);
  clock.advance(hours{2});
  EXPECT_EQ(visit(good), Refusal::kTokenInvalid);
}

TEST_F(GateTest, WhoVisitsComesFromWhereTheChannelMayBeWatchedAndNoHookIsAsked) {
  settings.hook_url = "http://127.0.0.1:1/nobody-listens";
  open({.networks = {{IpNetwork::parse("192.0.2.0/25").value()}}});
  EXPECT_EQ(gate->may_visit({"news", "192.0.2.7"}).refusal, Refusal::kNone);
  EXPECT_EQ(gate->may_visit({"news", "192.0.2.200"}).refusal, Refusal::kNetwork);
  EXPECT_EQ(gate->may_visit({"news", "nonsense"}).refusal, Refusal::kNetwork);
}

TEST_F(GateTest, WithoutADatabaseNobodyIsInAnyCountry) {
  open({.countries = {{"DE"}}});
  EXPECT_EQ(refusal(viewing), Refusal::kCountry);
}

TEST_F(GateTest, AChannelsRulesReplaceThoseForAll) {
  settings.audience = Audience::kSigned;
  settings.networks = {IpNetwork::parse("198.51.100.0/24").value()};
  open({.audience = Audience::kPublic, .networks = {std::vector<IpNetwork>{}}});
  EXPECT_TRUE(gate->open_to_all("news"));
  ASSERT_TRUE(gate->apply({{ChannelId("news"), {}}}).ok());
  EXPECT_EQ(refusal(viewing), Refusal::kNetwork);
  EXPECT_EQ(refusal(from("198.51.100.1")), Refusal::kTokenRequired);
}

TEST_F(GateTest, CountsPlayersOfAnAccountOverAllLoops) {
  open({.audience = Audience::kSigned, .max_sessions = 2});
  auto asked = with_token([](Token& token) { token.subject = "subscriber 17"; });
  asked.player = "one";
  EXPECT_TRUE(decide(asked, 0).allowed());
  asked.player = "two";
  EXPECT_TRUE(decide(asked, 1).allowed());
  asked.player = "three";
  const auto third = decide(asked, 0);
  EXPECT_EQ(third.refusal, Refusal::kSessionLimit);
  EXPECT_THAT(third.reason, HasSubstr("2 players"));
  // Another token of the same subscriber is no way around it.
  auto other = with_token([](Token& token) {
    token.subject = "subscriber 17";
    token.query = "another";
  });
  other.player = "four";
  EXPECT_EQ(refusal(other), Refusal::kSessionLimit);
  clock.advance(settings.session_timeout);
  EXPECT_TRUE(decide(asked, 0).allowed());
}

TEST_F(GateTest, AReplayedAddressElsewhereIsAnotherPlayer) {
  open({.audience = Audience::kSigned, .max_sessions = 1});
  auto asked = with_token();
  asked.player = "one";
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  asked.address = "198.51.100.66";
  EXPECT_EQ(refusal(asked), Refusal::kSessionLimit);
}

TEST_F(GateTest, ATokenMayBringItsOwnLimit) {
  open({.audience = Audience::kSigned, .max_sessions = 5});
  auto asked = with_token([](Token& token) { token.sessions = 1; });
  asked.player = "one";
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  asked.player = "two";
  EXPECT_EQ(refusal(asked), Refusal::kSessionLimit);
}

TEST_F(GateTest, AnEntryGetsTheNameThatItsPlayerKeeps) {
  open({.audience = Audience::kSigned});
  auto asked = with_token();
  asked.entry = true;
  const auto verdict = decide(asked);
  EXPECT_EQ(verdict.token, asked.token);
  EXPECT_EQ(verdict.player, player_name("192.0.2.7", "Player/1"));
  EXPECT_NE(verdict.player, player_name("192.0.2.7", "Player/2"));
}

TEST_F(GateTest, ANameOfAPlayerThatWouldNotGoIntoACookieIsNotTaken) {
  open({.audience = Audience::kSigned});
  auto asked = with_token();
  asked.entry = true;
  asked.player = "x; Domain=tv.example";
  EXPECT_EQ(decide(asked).player, player_name("192.0.2.7", "Player/1"));
}

TEST_F(GateTest, AsksTheHookAsMediaMtxDoesAndRemembersItsAnswer) {
  AnsweringServer server([](const auto& asked) {
    return AnsweringServer::status(asked.body.find("key=good") != std::string::npos ? 200 : 401);
  });
  settings.hook_url = server.url("/auth");
  open();
  auto asked = viewing;
  asked.user = "alice";
  asked.password = "secret";
  asked.query = "key=good";
  asked.entry = true;
  const auto verdict = decide(asked);
  EXPECT_TRUE(verdict.allowed());
  EXPECT_EQ(server.requests().at(0).body,
            R"({"user":"alice","password":"secret","token":"","ip":"192.0.2.7","action":"read","path":"news",)"
            R"("protocol":"hls","id":")" +
                verdict.player + R"(","query":"key=good","userAgent":"Player/1"})");
  // What follows brings a token of ours, by which the hook is asked the same again, when its answer is old.
  asked.entry = false;
  asked.query = "";
  asked.token = verdict.token;
  asked.player = verdict.player;
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  clock.advance(settings.hook_cache);
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  EXPECT_THAT(server.requests().back().body, HasSubstr(R"("query":"key=good")"));
  asked = viewing;
  asked.query = "key=bad";
  EXPECT_EQ(refusal(asked), Refusal::kHook);
  const auto before = server.requests().size();
  clock.advance(seconds{10});
  EXPECT_EQ(refusal(asked), Refusal::kHook);
  EXPECT_THAT(server.requests(), SizeIs(before));
}

TEST_F(GateTest, AHookThatIsDownLetsNobodyInUnlessTold) {
  AnsweringServer server([](const auto&) { return AnsweringServer::status(503); });
  settings.hook_url = server.url("/auth");
  open();
  EXPECT_EQ(refusal(viewing), Refusal::kUnavailable);
  server.stop();
  clock.advance(seconds{10});
  EXPECT_EQ(refusal(viewing), Refusal::kUnavailable);
  gate->stop();
  settings.hook_fail_open = true;
  open();
  EXPECT_EQ(refusal(viewing), Refusal::kNone);
}

TEST_F(GateTest, OneAddressThatAsksTheHookMuchShutsNobodyElseOut) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future();
  AnsweringServer server([released](const auto& asked) {
    if (asked.body.find("key=1") == std::string::npos) released.wait();
    return AnsweringServer::status(200);
  });
  settings.hook_url = server.url("/auth");
  settings.hook_timeout = seconds{60};
  open();
  const auto inside = decide(entry("key=1"));
  ASSERT_TRUE(inside.allowed());
  std::vector<std::future<Verdict>> waiting;
  for (std::size_t i = 0; i < 16; ++i) waiting.push_back(ask(entry("x=" + std::to_string(i))));
  EXPECT_EQ(refusal(entry("x=16")), Refusal::kUnavailable) << "32 of this address, by half, wait";
  auto other = entry("x=1");
  other.address = "198.51.100.1";
  auto elsewhere = ask(other);
  // Who watches at that address already goes on for a while, though the hook is not asked again.
  clock.advance(settings.hook_cache);
  EXPECT_EQ(refusal(after(inside)), Refusal::kNone);
  clock.advance(settings.hook_cache);
  EXPECT_EQ(refusal(after(inside)), Refusal::kUnavailable);
  release.set_value();
  EXPECT_TRUE(elsewhere.get().allowed());
  for (auto& one : waiting) EXPECT_TRUE(one.get().allowed());
  EXPECT_EQ(refusal(entry("x=17")), Refusal::kNone);
}

TEST_F(GateTest, TheHookIsAskedAboutPublishersWhereWanted) {
  AnsweringServer server([](const auto& asked) {
    return AnsweringServer::status(asked.body.find("\"publish\"") != std::string::npos ? 403 : 200);
  });
  settings.hook_url = server.url("/auth");
  const auto publish = [this] {
    std::promise<bool> done;
    gate->ask_publish(runtime.loop(0), viewing, "rtmp", [&](bool allowed) { done.set_value(allowed); });
    return done.get_future().get();
  };
  open();
  EXPECT_TRUE(publish());
  gate->stop();
  settings.hook_publish = true;
  open();
  EXPECT_FALSE(publish());
}

TEST_F(GateTest, NewKeysAreReadWithTheLineupAndBadOnesAreNot) {
  open({.audience = Audience::kSigned});
  const auto asked = with_token();
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  std::ofstream(settings.keys_file) << "nonsense\n";
  const auto bad = gate->apply({{ChannelId("news"), {.audience = Audience::kSigned}}});
  ASSERT_FALSE(bad.ok());
  EXPECT_THAT(bad.error().message, HasSubstr("access.keys_file"));
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  std::ofstream(settings.keys_file) << "k2 fedcba9876543210fedcba9876543210\n";
  ASSERT_TRUE(gate->apply({{ChannelId("news"), {.audience = Audience::kSigned}}}).ok());
  EXPECT_EQ(refusal(asked), Refusal::kTokenInvalid);
}

TEST_F(GateTest, DoesNotBeginWithFilesThatCannotBeRead) {
  settings.keys_file = directory.path() / "missing";
  EXPECT_FALSE(Gate::create(settings, {runtime, clock, metrics, accounts}).ok());
  settings.keys_file.clear();
  settings.geo_database = directory.path() / "missing.mmdb";
  EXPECT_FALSE(Gate::create(settings, {runtime, clock, metrics, accounts}).ok());
}

TEST_F(GateTest, AMemberWhoSignsInWithEveryAddressGetsAToken) {
  const auto alice = account("Alice"), bob = account("Bob");
  open({.audience = Audience::kSigned});
  EXPECT_EQ(gate->make_member_token("news", alice), "");
  open({.audience = Audience::kMembers, .accounts = {"Alice"}});
  EXPECT_EQ(gate->make_member_token("news", bob), "");
  auto asked = viewing;
  asked.token = gate->make_member_token("news", alice);
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  clock.advance(settings.token_lifetime + seconds{6});
  EXPECT_EQ(refusal(asked), Refusal::kTokenInvalid);
}

TEST_F(GateTest, AMembersTokenIsGoodOnlyWhileTheAccountMayWatch) {
  const auto alice = account("Alice");
  open({.audience = Audience::kMembers, .accounts = {"Alice"}});
  auto asked = viewing;
  asked.token = gate->make_member_token("news", alice);
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  set_disabled(alice.id, true);
  clock.advance(seconds{6});
  EXPECT_EQ(refusal(asked), Refusal::kAccount);
  set_disabled(alice.id, false);
  clock.advance(seconds{6});
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  ASSERT_TRUE(gate->apply({{ChannelId("news"), {.audience = Audience::kMembers, .accounts = {"Bob"}}}}).ok());
  EXPECT_EQ(refusal(asked), Refusal::kAccount);
}

TEST_F(GateTest, AMemberWhomTheHookLetInIsStillAskedAboutAsAMember) {
  AnsweringServer server([](const auto&) { return AnsweringServer::status(200); });
  settings.hook_url = server.url("/auth");
  open({.audience = Audience::kMembers, .max_sessions = 1});
  auto asked = entry("key=1");
  asked.account_token = sign_in("Alice");
  const auto first = decide(asked);
  ASSERT_TRUE(first.allowed());
  EXPECT_EQ(refusal(after(first)), Refusal::kNone) << "it is the same player";
  set_disabled(id_of("Alice"), true);
  clock.advance(seconds{6});
  EXPECT_EQ(refusal(after(first)), Refusal::kAccount);
}

TEST_F(GateTest, CountsThePlayersOfACustomerWhomOnlyTheHookKnows) {
  AnsweringServer server([](const auto&) { return AnsweringServer::status(200); });
  settings.hook_url = server.url("/auth");
  open({.max_sessions = 1});
  const auto first = decide(entry("key=7"));
  ASSERT_TRUE(first.allowed());
  clock.advance(seconds{2});
  EXPECT_EQ(refusal(entry("key=7", "Player/2")), Refusal::kSessionLimit);
  EXPECT_EQ(refusal(after(first)), Refusal::kNone);
  EXPECT_EQ(refusal(entry("key=8", "Player/2")), Refusal::kNone);
  // Some bring user and password with every request, and never enter.
  auto asked = viewing;
  asked.user = "alice";
  asked.password = "secret";
  EXPECT_EQ(refusal(asked), Refusal::kNone);
  asked.user_agent = "Player/2";
  EXPECT_EQ(refusal(asked), Refusal::kSessionLimit);
}

TEST_F(GateTest, TheHookHearsALongQueryWholeOrItsPlayerDoesNotEnter) {
  AnsweringServer server([](const auto& asked) {
    return AnsweringServer::status(asked.body.find("the end\",\"userAgent") != std::string::npos ? 200 : 401);
  });
  settings.hook_url = server.url("/auth");
  open();
  const auto first = decide(entry("key=" + std::string(889, 'x') + "the end"));
  ASSERT_TRUE(first.allowed());
  clock.advance(settings.hook_cache);
  EXPECT_EQ(refusal(after(first)), Refusal::kNone);
  const auto endless = decide(entry("key=" + std::string(5'000, 'x') + "the end"));
  EXPECT_EQ(endless.refusal, Refusal::kTokenInvalid);
  EXPECT_THAT(endless.reason, HasSubstr("too long"));
}

TEST_F(GateTest, WhatTheKeptKeySignedIsGoodAfterARestart) {
  AnsweringServer server([](const auto&) { return AnsweringServer::status(200); });
  settings.hook_url = server.url("/auth");
  settings.keys_file.clear();
  const auto begin = [&](std::string kept) {
    if (gate) gate->stop();
    secret = std::move(kept);
    open();
  };
  begin(std::string(64, 'a'));
  const auto first = decide(entry("key=7"));
  ASSERT_TRUE(first.allowed());
  begin(std::string(64, 'a'));
  EXPECT_EQ(refusal(after(first)), Refusal::kNone);
  begin(std::string(64, 'b'));
  EXPECT_EQ(refusal(after(first)), Refusal::kTokenInvalid);
}

}  // namespace
}  // namespace grandstand::access
