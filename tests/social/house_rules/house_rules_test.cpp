// SPDX-License-Identifier: MIT
#include "house_rules.hpp"

#include "manual_clock.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::house_rules {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using VerdictKind = room::Verdict::Kind;

const room::User kMaria{UserId("account:3"), "Maria", room::Role::kModerator};
const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:7"), "Bob", room::Role::kViewer};

class HouseRulesTest : public ::testing::Test {
 protected:
  HouseRulesTest() : feature_(kSpec.make()) {}
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 3}; }
  void take(const room::Outcome& outcome) {
    for (const auto& announcement : outcome.announcements) {
      events_.push_back(
          {"e", 0, "house_rules." + announcement.name, clock_.utc(), {}, announcement.user, announcement.body, {}});
      if (announcement.name != "delayed" && announcement.name != "notice" && announcement.name != "check")
        feature_->apply(events_.back());
    }
  }
  Result<room::Outcome> command(const room::User& user, std::string_view name, const json& body) {
    const auto text = body.dump();
    return feature_->on_command(facts(), {name, user, {}, text, {}});
  }
  void carry_out(std::string_view name, const json& body) {
    auto outcome = command(kMaria, name, body);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    take(*outcome);
  }
  room::Outcome tick() {
    auto outcome = feature_->tick(facts());
    take(outcome);
    return outcome;
  }
  room::Verdict say(const room::User& user, const std::string& text, room::Standing standing = {}) {
    const auto body = json{{"text", text}}.dump();
    const room::Command command{"send", user, {}, body, standing};
    const room::Judged judged{"chat.send", command, true, text};
    auto verdict = feature_->guard()->judge(facts(), judged);
    if (verdict.kind != VerdictKind::kRefuse) feature_->guard()->said(facts(), judged);
    return verdict;
  }
  // Judged, and held when that is the verdict.
  room::Verdict send(const room::User& user, const std::string& text) {
    auto verdict = say(user, text);
    if (verdict.kind == VerdictKind::kHold) {
      take(feature_->guard()->hold(facts(), {"chat.send", user, {}, {}, json{{"text", text}}.dump(), "key", text},
                                   verdict.reason));
    }
    return verdict;
  }
  void set(const char* mode, int value) { carry_out("set_mode", {{"mode", mode}, {"value", value}}); }
  bool is_shielded() const { return !json::parse(feature_->snapshot(facts()))["modes"]["shield"].is_null(); }
  json personal(const room::User& user = kMaria) const { return json::parse(feature_->personal(facts(), user)); }

  ManualClock clock_;
  RoomId room_{"channel:news"};
  std::unique_ptr<room::Feature> feature_;
  std::vector<room::Event> events_;
};

TEST_F(HouseRulesTest, SlowModeLetsAUserSpeakOnceInItsTime) {
  set("slow", 10);
  EXPECT_EQ(say(kAda, "one").kind, VerdictKind::kPass);
  clock_.advance(4s);
  const auto verdict = say(kAda, "two");
  EXPECT_EQ(verdict.stage, "slow");
  EXPECT_EQ(verdict.retry_after, 6s);
  EXPECT_EQ(say(kBob, "other").kind, VerdictKind::kPass);
  EXPECT_EQ(say(kMaria, "m1").kind, VerdictKind::kPass);
  EXPECT_EQ(say(kMaria, "m2").kind, VerdictKind::kPass) << "moderators are exempt";
  clock_.advance(6s);
  EXPECT_EQ(say(kAda, "three").kind, VerdictKind::kPass);
  for (const int bad : {1, 2, 121, -1})
    EXPECT_FALSE(command(kMaria, "set_mode", {{"mode", "slow"}, {"value", bad}}).ok());
}

TEST_F(HouseRulesTest, LetsOnlyFollowersMembersOrModeratorsSpeakWhenAsked) {
  set("followers", 10);
  EXPECT_EQ(say(kBob, "a").stage, "followers");
  EXPECT_EQ(say(kBob, "b", {clock_.utc() - 5min, ""}).stage, "followers");
  EXPECT_EQ(say(kBob, "c", {clock_.utc() - 10min, ""}).kind, VerdictKind::kPass);
  set("followers", -1);
  set("members", 1);
  EXPECT_EQ(say(kBob, "d").stage, "members");
  EXPECT_EQ(say({UserId("account:9"), "Mem", room::Role::kMember}, "e").kind, VerdictKind::kPass);
  set("members", 0);
  set("announcement", 1);
  EXPECT_EQ(say({UserId("account:9"), "Mem", room::Role::kMember}, "f").stage, "announcement");
  EXPECT_EQ(say(kMaria, "g").kind, VerdictKind::kPass);
}

TEST_F(HouseRulesTest, LetsOnlyAccountsSpeakThatAreOldEnoughWhenAsked) {
  set("account_age", 60);
  room::User newcomer = kBob;
  newcomer.since = clock_.utc() - 59min;
  EXPECT_EQ(say(newcomer, "a").stage, "account_age");
  EXPECT_EQ(say(kAda, "b").stage, "account_age") << "a guest has none";
  clock_.advance(1min);
  EXPECT_EQ(say(newcomer, "c").kind, VerdictKind::kPass);
  EXPECT_EQ(say({UserId("account:9"), "Mem", room::Role::kMember}, "d").kind, VerdictKind::kPass);
  set("account_age", 0);
  EXPECT_EQ(say(kAda, "e").kind, VerdictKind::kPass);
  for (const int bad : {-1, 129'601})
    EXPECT_FALSE(command(kMaria, "set_mode", {{"mode", "account_age"}, {"value", bad}}).ok());
}

TEST_F(HouseRulesTest, CountsOnlyWhatWasSaid) {
  set("unique", 1);
  set("slow", 10);
  const room::Command command{"send", kAda, {}, "{}", {}};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(feature_->guard()->judge(facts(), {"chat.send", command, true, "First!"}).kind, VerdictKind::kPass)
        << "the chat refused it for another reason";
  }
  EXPECT_EQ(say(kAda, "First!").kind, VerdictKind::kPass);
  EXPECT_EQ(say(kAda, "Second!").stage, "slow");
}

TEST_F(HouseRulesTest, GoesOnWhenTheStoreDoesNotTakeWhatItHolds) {
  carry_out("set_word", {{"word", "secret"}, {"action", "hold"}});
  for (std::size_t i = 0; i < 2 * kMaxHeld; ++i) {
    ASSERT_EQ(say(kAda, "secret " + std::to_string(i)).kind, VerdictKind::kHold);
    const room::HeldCommand held{"chat.send", kAda, {}, {}, "{}", "key", "secret"};
    const auto outcome = feature_->guard()->hold(facts(), held, "word");
    room::Event event;
    event.kind = "house_rules.held";
    event.body = outcome.announcements[0].body;
    feature_->on_refused(event);
    const auto told = feature_->tick(facts()).announcements;
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].to, kAda.id);
    EXPECT_EQ(json::parse(told[0].body)["decision"], "rejected");
  }
}

TEST_F(HouseRulesTest, LeavesAMessageWaitingWhenTheStoreDoesNotTakeWhatWasDecided) {
  carry_out("set_word", {{"word", "secret"}, {"action", "hold"}});
  ASSERT_EQ(send(kAda, "secret").kind, VerdictKind::kHold);
  const auto held = personal()["held"][0]["subject"];
  const auto outcome = command(kMaria, "reject", {{"held", held}});
  ASSERT_TRUE(outcome.ok());
  room::Event event;
  event.kind = "house_rules.decided";
  event.body = outcome->announcements[0].body;
  feature_->on_refused(event);
  EXPECT_TRUE(tick().announcements.empty());
  EXPECT_EQ(personal()["held"].size(), 1u);
  carry_out("reject", {{"held", held}});
  EXPECT_EQ(tick().announcements.size(), 1u);
  EXPECT_TRUE(personal()["held"].empty());
}

TEST_F(HouseRulesTest, RaisesTheShieldAgainWhenTheStoreDidNotTakeIt) {
  set("shield", 1);
  clock_.advance(61s);
  const auto lowered = feature_->tick(facts());
  ASSERT_EQ(lowered.announcements.size(), 1u);
  EXPECT_TRUE(feature_->tick(facts()).announcements.empty()) << "it is on its way to the store";
  room::Event event;
  event.kind = "house_rules.mode";
  event.body = lowered.announcements[0].body;
  feature_->on_refused(event);
  EXPECT_EQ(feature_->tick(facts()).announcements.size(), 1u);
}

TEST_F(HouseRulesTest, TellsModeratorsOfWhatWaitsAndNoMoreThanAQueueTakes) {
  carry_out("set_word", {{"word", "secret"}, {"action", "hold"}});
  for (std::size_t i = 0; i < kMaxHeld; ++i) send(kAda, "secret " + std::string(2'000, 'x'));
  const auto told = personal();
  EXPECT_GT(told["held"].size(), 10u);
  EXPECT_LT(told.dump().size(), 80u << 10);
}

TEST_F(HouseRulesTest, ForgetsARushAfterARestartWithinMinutes) {
  const auto join = [&](int count) {
    for (int i = 0; i < count; ++i)
      feature_->on_join(facts(), room::User{UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest});
    clock_.advance(10s);
  };
  join(500);
  for (int i = 0; i < 60; ++i) join(1);
  join(100);
  for (int i = 0; i < 3; ++i) {
    say({UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest},
        "come all to my channel and see for yourselves");
  }
  const auto raised = tick();
  ASSERT_EQ(raised.announcements.size(), 1u) << "a surge is seen";
  EXPECT_EQ(raised.announcements[0].name, "mode");
}

TEST_F(HouseRulesTest, TakesEmotesOnlyOrNothingTwice) {
  carry_out("set_emote", {{"name", "wave"}, {"version", "00"}});
  set("emotes", 1);
  EXPECT_EQ(say(kAda, "hello").stage, "emotes");
  EXPECT_EQ(say(kAda, ":wave: \xf0\x9f\x98\x80").kind, VerdictKind::kPass);
  set("emotes", 0);
  set("unique", 1);
  EXPECT_EQ(say(kAda, "First!").kind, VerdictKind::kPass);
  EXPECT_EQ(say(kBob, "f i r s t").stage, "unique") << "however it is written";
  clock_.advance(31 * 24h);
  EXPECT_EQ(say(kBob, "first").kind, VerdictKind::kPass);
}

TEST_F(HouseRulesTest, LooksForWordsAtOnceAfterTheyWereListed) {
  EXPECT_EQ(say(kAda, "free prizes").kind, VerdictKind::kPass);
  carry_out("set_word", {{"word", "free prizes"}, {"action", "hold"}});
  carry_out("set_word", {{"word", "*idiot*"}, {"action", "refuse"}});
  carry_out("set_word", {{"word", "idiot's guide"}, {"action", "allow"}});
  EXPECT_EQ(say(kAda, "fr3e pr1zes").kind, VerdictKind::kHold);
  EXPECT_EQ(say(kAda, "1d10t").stage, "words");
  EXPECT_EQ(say(kAda, "the idiot's guide").kind, VerdictKind::kPass);
  EXPECT_EQ(say(kMaria, "idiot").kind, VerdictKind::kPass);
  carry_out("set_word", {{"word", "*idiot*"}, {"action", "remove"}});
  EXPECT_EQ(say(kAda, "idiot").kind, VerdictKind::kPass);
}

TEST_F(HouseRulesTest, JudgesTheNamesOfGuestsAndViewersWhereverTheyShow) {
  carry_out("set_word", {{"word", "villain"}, {"action", "refuse"}});
  carry_out("set_word", {{"word", "maybe"}, {"action", "hold"}});
  carry_out("set_link", {{"domain", "buy-followers.com"}, {"action", "refuse"}});
  const auto called = [](const char* name, room::Role role = room::Role::kGuest) {
    return room::User{UserId("guest:x"), name, role};
  };
  const auto show = [&](const room::User& user) {
    const room::Command command{"typing", user, {}, "{}", {}};
    return feature_->guard()->judge(facts(), {"chat.typing", command, true, std::nullopt});
  };
  for (const char* name : {"v1llain", "Villain", "buy-followers.com"}) {
    EXPECT_EQ(say(called(name), "hello").stage, "name") << name;
    EXPECT_EQ(say(called(name), "hello").kind, VerdictKind::kRefuse) << name;
    EXPECT_EQ(show(called(name)).stage, "name") << name;
  }
  EXPECT_EQ(say(called("maybe"), "hello").kind, VerdictKind::kHold);
  EXPECT_EQ(say(called("maybe"), "hello").reason, "name: maybe");
  EXPECT_EQ(say(called("maybe"), "a villain").stage, "words") << "what is refused does not wait";
  EXPECT_EQ(show(called("maybe")).kind, VerdictKind::kPass) << "it cannot wait";
  EXPECT_EQ(say(called("Villain", room::Role::kMember), "hello").kind, VerdictKind::kPass);
  EXPECT_EQ(show(kAda).kind, VerdictKind::kPass);
  const room::Command vote{"vote", called("Villain"), {}, "{}", {}};
  EXPECT_EQ(feature_->guard()->judge(facts(), {"polls.vote", vote, false, std::nullopt}).kind, VerdictKind::kPass)
      << "nobody sees it";
  EXPECT_TRUE(feature_->guard()->hides_name(facts(), called("Villain")));
  EXPECT_FALSE(feature_->guard()->hides_name(facts(), called("maybe")));
  EXPECT_FALSE(feature_->guard()->hides_name(facts(), called("Villain", room::Role::kMember)));
}

TEST_F(HouseRulesTest, TakesLinksAsItsRulesSay) {
  set("links", 2);
  EXPECT_EQ(say(kAda, "see example.com").stage, "links");
  carry_out("set_link", {{"domain", "www.example.com"}, {"action", "allow"}});
  EXPECT_EQ(say(kAda, "see http://sub.example.com/x").kind, VerdictKind::kPass);
  set("links", 1);
  EXPECT_EQ(say(kAda, "see other.org").kind, VerdictKind::kHold);
  set("links", 0);
  EXPECT_EQ(say(kAda, "see another.org").kind, VerdictKind::kPass);
  carry_out("set_link", {{"domain", "evil.xyz"}, {"action", "refuse"}});
  EXPECT_EQ(say(kAda, "see evil (dot) xyz").stage, "links");
}

TEST_F(HouseRulesTest, KeepsAMessageUntilAModeratorDecides) {
  carry_out("set_word", {{"word", "maybe"}, {"action", "hold"}});
  send(kAda, "maybe one");
  send(kBob, "maybe two");
  auto held = personal()["held"];
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(feature_->personal(facts(), kAda), "") << "not even its sender has it from here";
  carry_out("release", {{"held", held[0]["subject"]}});
  carry_out("reject", {{"held", held[1]["subject"]}, {"reason", "no"}});
  const auto outcome = tick();
  ASSERT_EQ(outcome.released.size(), 1u);
  EXPECT_EQ(outcome.released[0].user.name, "Ada");
  EXPECT_EQ(json::parse(outcome.released[0].body)["text"], "maybe one");
  ASSERT_EQ(outcome.announcements.size(), 1u);
  EXPECT_EQ(outcome.announcements[0].to, kBob.id);
  EXPECT_TRUE(personal()["held"].empty());
  carry_out("release", {{"held", held[0]["subject"]}});
  EXPECT_TRUE(tick().released.empty()) << "not twice";
}

TEST_F(HouseRulesTest, DelaysMessagesInTheirOrder) {
  set("delay", 4);
  send(kAda, "one");
  clock_.advance(1s);
  send(kBob, "two");
  EXPECT_EQ(events_.back().kind, "house_rules.delayed");
  EXPECT_EQ(personal()["delayed"].size(), 2u) << "moderators see them at once";
  EXPECT_EQ(say(kMaria, "mine").kind, VerdictKind::kPass);
  EXPECT_TRUE(tick().released.empty());
  clock_.advance(3s);
  EXPECT_EQ(*feature_->tick_due(), clock_.steady());
  auto released = tick().released;
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(json::parse(released[0].body)["text"], "one");
  carry_out("reject", {{"held", personal()["delayed"][0]["id"]}});
  clock_.advance(3s);
  EXPECT_TRUE(tick().released.empty());
}

TEST_F(HouseRulesTest, RaisesTheShieldAgainstMessagesThatAreNearlyTheSameAndLowersItAgain) {
  for (int i = 0; i < 8; ++i) {
    const room::User raider{UserId("guest:" + std::to_string(i)), "R", room::Role::kGuest};
    say(raider, "come all to my channel and win great prizes today number " + std::to_string(i));
  }
  EXPECT_TRUE(feature_->tick_due().has_value());
  tick();
  ASSERT_EQ(events_.back().kind, "house_rules.mode");
  EXPECT_FALSE(events_.back().user.has_value());
  EXPECT_EQ(say(kAda, "hello").stage, "shield");
  EXPECT_EQ(say(kBob, "hello").stage, "shield");
  const room::Standing follower{clock_.utc() - 1h, ""};
  EXPECT_EQ(say(kBob, "hello again", follower).kind, VerdictKind::kPass);
  EXPECT_EQ(say(kBob, "at once", follower).stage, "shield") << "slowly";
  clock_.advance(30s);
  EXPECT_EQ(say(kBob, "see example.com", follower).stage, "links");
  clock_.advance(10min);
  EXPECT_EQ(say(kAda, "hello you").kind, VerdictKind::kPass) << "it expires by itself";
  tick();
  EXPECT_EQ(json::parse(feature_->snapshot(facts()))["modes"]["shield"], nullptr);
  EXPECT_FALSE(feature_->tick_due().has_value());
}

TEST_F(HouseRulesTest, RaisesTheShieldSoonerAgainstManyNewcomersButNotForACrowd) {
  for (int i = 0; i < 20; ++i) {
    clock_.advance(10s);
    feature_->on_join(facts(), kAda);
  }
  EXPECT_FALSE(feature_->tick_due().has_value());
  clock_.advance(10s);
  for (int i = 0; i < 60; ++i) feature_->on_join(facts(), kAda);
  EXPECT_FALSE(feature_->tick_due().has_value()) << "a crowd is no raid";
  for (int i = 0; i < 3; ++i) {
    const room::User raider{UserId("guest:" + std::to_string(i)), "R", room::Role::kGuest};
    say(raider, "come all to my channel and win great prizes today number " + std::to_string(i));
  }
  tick();
  EXPECT_EQ(say(kAda, "hi").stage, "shield");
}

TEST_F(HouseRulesTest, TakesNobodyForARaidWhoIsOneMachineOrHereForLong) {
  const auto text_of = [](int i) {
    return "come all to my channel and win great prizes today number " + std::to_string(i);
  };
  for (int i = 0; i < 32; ++i) {
    const auto guest = std::to_string(i % 4);
    say({UserId("guest:" + guest), "G", room::Role::kGuest}, text_of(i), {{}, "198.51.100." + guest});
  }
  EXPECT_FALSE(feature_->tick_due().has_value()) << "four neighbours, eight times each";
  for (int i = 0; i < 50; ++i) {
    room::User regular{UserId("account:" + std::to_string(i)), "R", room::Role::kViewer};
    regular.since = clock_.utc() - 48h;
    say(regular, text_of(i), {clock_.utc() - 48h, "192.0." + std::to_string(i) + ".1"});
  }
  EXPECT_FALSE(feature_->tick_due().has_value()) << "fifty who paste what is pasted here";
  for (int i = 0; i < 8; ++i) {
    say({UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest}, text_of(i),
        {{}, "203.0." + std::to_string(i) + ".1"});
  }
  tick();
  EXPECT_EQ(say(kAda, "hi").stage, "shield") << "guests of eight networks";
}

TEST_F(HouseRulesTest, LeavesTheShieldDownForAWhileWhereAModeratorLoweredIt) {
  const auto raid = [&](const std::string& text) {
    for (int i = 0; i < 8; ++i) say({UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest}, text);
    tick();
    return is_shielded();
  };
  EXPECT_TRUE(raid("come all to my channel and win great prizes today"));
  set("shield", 0);
  EXPECT_FALSE(raid("come all to my channel and win great prizes today"));
  clock_.advance(10min);
  EXPECT_TRUE(raid("another channel has the very best of all the offers"));
  clock_.advance(11min);
  tick();
  EXPECT_FALSE(is_shielded());
  EXPECT_TRUE(raid("come all to my channel and win great prizes today")) << "that it went down by itself is no sign";
}

TEST_F(HouseRulesTest, TakesNoCheerForARaid) {
  for (int i = 0; i < 50; ++i)
    say({UserId("guest:" + std::to_string(i)), "F", room::Role::kGuest}, "What a goal, Scunthorpe");
  EXPECT_FALSE(feature_->tick_due().has_value());
}

TEST_F(HouseRulesTest, RaisesTheShieldByOneClick) {
  set("shield", 5);
  EXPECT_EQ(say(kAda, "hi").stage, "shield");
  set("shield", 0);
  EXPECT_EQ(say(kAda, "hi").kind, VerdictKind::kPass);
}

TEST_F(HouseRulesTest, NukesWhoSaidAPattern) {
  say(kAda, "win FREE pr1zes");
  say(kBob, "nice goal");
  const auto nuked = command(kMaria, "nuke", {{"text", "free prizes"}});
  EXPECT_EQ(nuked->announcements.at(0).erases, std::vector{kAda.id});
}

TEST_F(HouseRulesTest, IsAfterARestartWhatItWas) {
  set("slow", 10);
  set("delay", 4);
  set("delay", 0);
  carry_out("set_word", {{"word", "maybe"}, {"action", "hold"}});
  carry_out("set_word", {{"word", "gone"}, {"action", "hold"}});
  carry_out("set_word", {{"word", "gone"}, {"action", "remove"}});
  carry_out("set_link", {{"domain", "example.com"}, {"action", "allow"}});
  send(kBob, "maybe");
  const auto again = kSpec.make();
  again->restore(events_);
  EXPECT_EQ(again->snapshot(facts()), feature_->snapshot(facts()));
  EXPECT_EQ(again->personal(facts(), kMaria), feature_->personal(facts(), kMaria));
}

TEST_F(HouseRulesTest, CountsTheEmotesOfTheRoomAndNoOthers) {
  carry_out("set_emote", {{"name", "gg"}, {"version", "0011223344556677"}});
  EXPECT_EQ(json::parse(feature_->snapshot(facts()))["emotes"]["gg"], "0011223344556677");
  set("emotes", 1);
  EXPECT_EQ(say(kAda, ":gg: 👏").kind, VerdictKind::kPass);
  EXPECT_EQ(say(kAda, ":unknown:").stage, "emotes");
  carry_out("set_emote", {{"name", "gg"}, {"version", ""}});
  EXPECT_EQ(say(kAda, ":gg:").stage, "emotes");
  for (const json& body : {json{{"name", "G"}, {"version", "00"}}, json{{"name", "../x"}, {"version", "00"}},
                           json{{"name", "ok"}, {"version", "<script>"}}, json::object()}) {
    EXPECT_FALSE(command(kMaria, "set_emote", body).ok()) << body;
  }
}

TEST_F(HouseRulesTest, HasAtMostTwoHundredEmotes) {
  for (std::size_t i = 0; i < kMaxEmotes; ++i)
    carry_out("set_emote", {{"name", "e" + std::to_string(i)}, {"version", "00"}});
  EXPECT_EQ(command(kMaria, "set_emote", {{"name", "more"}, {"version", "00"}}).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(command(kMaria, "set_emote", {{"name", "e7"}, {"version", "11"}}).ok());
}

// What the classifier answers, as the store hands it on.
class ClassifierTest : public HouseRulesTest {
 protected:
  // The id under which the message is looked at.
  std::string check(const std::string& text) {
    const auto verdict = send(kAda, text);
    EXPECT_EQ(verdict.stage, "classifier");
    EXPECT_EQ(events_.back().kind, "house_rules.check");
    return json::parse(events_.back().body)["subject"];
  }
  void answer(const std::string& id, const std::string& result) {
    room::Event event{
        "e", 0, "house_rules.check", clock_.utc(), {}, kAda, json{{"scope", "check"}, {"subject", id}}.dump()};
    event.result = result;
    feature_->apply(event);
  }
};

TEST_F(ClassifierTest, LetsThroughWhatIsHarmlessAndHoldsWhatIsNot) {
  set("classifier", 3);
  const auto good = check("hello");
  EXPECT_TRUE(tick().released.empty()) << "not before it is judged";
  answer(good, R"({"severity":1,"category":"spam"})");
  EXPECT_EQ(tick().released.size(), 1u);
  const auto bad = check("hateful");
  answer(bad, R"({"severity":2,"category":"hate"})");
  const auto held = tick();
  EXPECT_TRUE(held.released.empty());
  ASSERT_EQ(held.announcements.size(), 2u);
  EXPECT_EQ(held.announcements[1].to, kAda.id) << "its sender is told that it waits";
  EXPECT_EQ(personal()["held"][0]["reason"], "classifier: hate 2");
  carry_out("release", {{"held", bad}});
  EXPECT_EQ(tick().released.size(), 1u);
  EXPECT_EQ(say(kMaria, "hateful").kind, VerdictKind::kPass) << "moderators are not judged";
}

TEST_F(ClassifierTest, FailsOpenOrClosedAsTheRoomSays) {
  set("classifier", 1);
  answer(check("one"), "{}");
  EXPECT_EQ(tick().released.size(), 1u);
  set("classifier_holds", 1);
  answer(check("two"), "{}");
  EXPECT_TRUE(tick().released.empty());
  EXPECT_EQ(personal()["held"][0]["reason"], "not classified");
}

TEST_F(ClassifierTest, IsNotWaitedForLongerThanItsTime) {
  set("classifier", 1);
  check("one");
  ASSERT_TRUE(feature_->tick_due());
  EXPECT_EQ(*feature_->tick_due(), clock_.steady() + kLongestCheck);
  clock_.advance(kLongestCheck);
  EXPECT_EQ(tick().released.size(), 1u);
  EXPECT_TRUE(tick().released.empty());
}

TEST_F(ClassifierTest, KeepsTheDelayOfTheRoomAfterIt) {
  set("classifier", 1);
  set("delay", 4);
  answer(check("one"), R"({"severity":0,"category":""})");
  EXPECT_TRUE(tick().released.empty());
  clock_.advance(4s);
  EXPECT_EQ(tick().released.size(), 1u);
}

}  // namespace
}  // namespace grandstand::social::house_rules
