// SPDX-License-Identifier: MIT
#include "moderation.hpp"

#include "manual_clock.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::moderation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using VerdictKind = room::Verdict::Kind;

const room::User kMaria{UserId("account:3"), "Maria", room::Role::kModerator};
const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:7"), "Bob", room::Role::kViewer};

class ModerationTest : public ::testing::Test {
 protected:
  ModerationTest() : feature_(kSpec.make()) {}
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 3}; }
  Result<room::Outcome> command(const room::User& user, std::string_view name, const json& body) {
    const auto text = body.dump();
    return feature_->on_command(facts(), {name, user, {}, text, {}});
  }
  // As when the store accepts all of it; gives what a tick does after that.
  room::Outcome carry_out(const room::User& user, std::string_view name, const json& body) {
    auto outcome = command(user, name, body);
    EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.error().message);
    if (!outcome.ok()) return {};
    for (const auto& announcement : outcome->announcements) {
      decided_.push_back(
          {"e", 0, "moderation." + announcement.name, clock_.utc(), {}, announcement.user, announcement.body, {}});
      feature_->apply(decided_.back());
    }
    return feature_->tick(facts());
  }
  room::Verdict say(const room::User& user, const std::string& network = "", bool spoken = true) {
    room::Standing standing;
    standing.network = network;
    const room::Command command{"send", user, {}, R"({"text":"hi"})", standing};
    return feature_->guard()->judge(
        facts(), {"chat.send", command, spoken, spoken ? std::optional<std::string>("hi") : std::nullopt});
  }
  json personal(const room::User& user) const {
    const auto text = feature_->personal(facts(), user);
    return text.empty() ? json() : json::parse(text);
  }

  ManualClock clock_;
  RoomId room_{"channel:news"};
  std::unique_ptr<room::Feature> feature_;
  std::vector<room::Event> decided_;
};

TEST_F(ModerationTest, LetsWhatIsOverGoBeforeWhatHolds) {
  carry_out(kMaria, "ban", {{"user", "account:first"}});
  for (std::size_t i = 1; i < kMaxSanctions; ++i) {
    carry_out(kMaria, "timeout", {{"user", "guest:" + std::to_string(i)}, {"seconds", 60}});
  }
  clock_.advance(61s);
  carry_out(kMaria, "ban", {{"user", kBob.id.value()}});
  EXPECT_EQ(say({UserId("account:first"), "First", room::Role::kViewer}).stage, "ban");
  EXPECT_EQ(say(kBob).stage, "ban");
}

TEST_F(ModerationTest, RefusesOneSanctionMoreRatherThanLiftAnotherOne) {
  carry_out(kMaria, "warn", {{"user", "guest:warned"}, {"reason", "be kind"}});
  carry_out(kMaria, "ban", {{"user", "account:first"}});
  for (std::size_t i = 2; i < kMaxSanctions; ++i) {
    carry_out(kMaria, "timeout", {{"user", "guest:" + std::to_string(i)}, {"seconds", 60}});
  }
  EXPECT_EQ(command(kMaria, "warn", {{"user", "guest:more"}, {"reason", "x"}}).error().code, ErrorCode::kConflict);
  carry_out(kMaria, "ban", {{"user", "guest:graver"}});
  EXPECT_EQ(say({UserId("guest:warned"), "W", room::Role::kGuest}).kind, VerdictKind::kPass) << "warnings go first";
  EXPECT_EQ(command(kMaria, "ban", {{"user", "guest:more"}}).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(command(kMaria, "timeout", {{"user", "guest:2"}, {"seconds", 600}}).ok()) << "it has its place";
  EXPECT_EQ(say({UserId("account:first"), "First", room::Role::kViewer}).stage, "ban");
  carry_out(kMaria, "unban", {{"user", "guest:2"}});
  EXPECT_TRUE(command(kMaria, "ban", {{"user", "guest:more"}}).ok());
}

TEST_F(ModerationTest, TellsModeratorsOfTheNewestThatAreInForceAndNoMoreThanAQueueTakes) {
  const std::string reason(kMaxText, 'x');
  for (int i = 0; i < 300; ++i) {
    clock_.advance(1s);
    carry_out(kMaria, "ban", {{"user", "guest:" + std::to_string(i)}, {"reason", reason}});
    EXPECT_TRUE(command(kMaria, "report", {{"user", "guest:1"}, {"text", reason}, {"reason", reason}}).ok());
  }
  const auto told = personal(kMaria);
  EXPECT_EQ(told["sanctions"][0]["subject"], "guest:299");
  EXPECT_LT(told.dump().size(), 160u << 10);
}

TEST_F(ModerationTest, ProtectsModeratorsWhoHaveSaidNothingYet) {
  feature_->on_join(facts(), room::User{UserId("account:1"), "Carla", room::Role::kCreator});
  EXPECT_FALSE(command(kMaria, "delete_all", {{"user", "account:1"}}).ok());
}

TEST_F(ModerationTest, TakesSoManyReportsFromANetworkAndNoneOfABannedOne) {
  room::Standing standing;
  standing.network = "203.0.113.0/24";
  const std::string body = R"({"user":"account:9","text":"rude"})";
  const auto report = [&](int guest) {
    const room::User user{UserId("guest:" + std::to_string(guest)), "G", room::Role::kGuest};
    return feature_->on_command(facts(), {"report", user, {}, body, standing});
  };
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(report(i).ok());
  EXPECT_EQ(report(10).error().code, ErrorCode::kRateLimited);
  clock_.advance(20s);
  EXPECT_TRUE(report(11).ok());
  say(kAda, standing.network);
  carry_out(kMaria, "ban", {{"user", kAda.id.value()}, {"network", true}});
  clock_.advance(60s);
  EXPECT_EQ(report(12).error().code, ErrorCode::kForbidden);
  const room::User ada = kAda;
  const std::string sorry = R"({"text":"sorry"})";
  EXPECT_TRUE(feature_->on_command(facts(), {"appeal", ada, {}, sorry, standing}).ok());
}

TEST_F(ModerationTest, SaysWhetherANetworkWasBanned) {
  const auto body_of = [&](const room::User& user) {
    const auto outcome = command(kMaria, "ban", {{"user", user.id.value()}, {"network", true}});
    return json::parse(outcome->announcements.back().body);
  };
  EXPECT_EQ(body_of(kAda)["network"], false) << "nobody knows where they are";
  say(kAda, "203.0.113.0/24");
  EXPECT_EQ(body_of(kAda)["network"], true);
}

TEST_F(ModerationTest, JudgesWhatIsReleasedByWhatIsAgainstItsSenderAndNotByRates) {
  const room::Command command{"send", kBob, {}, R"({"text":"hi"})", {}};
  const room::Judged released{"chat.send", command, true, "hi", true};
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(feature_->guard()->judge(facts(), released).kind, VerdictKind::kPass);
  }
  carry_out(kMaria, "timeout", {{"user", kBob.id.value()}, {"seconds", 60}});
  EXPECT_EQ(feature_->guard()->judge(facts(), released).stage, "timeout");
}

TEST_F(ModerationTest, BansWithReasonAndExpiryAndTellsTheUser) {
  const json ban{{"user", kBob.id.value()}, {"reason", "spam"}, {"seconds", 60}, {"erase", true}};
  EXPECT_EQ(command(kMaria, "ban", ban)->announcements.at(0).erases, std::vector{kBob.id});
  const auto told = carry_out(kMaria, "ban", ban);
  ASSERT_EQ(told.announcements.size(), 1u);
  EXPECT_EQ(told.announcements[0].name, "notice");
  EXPECT_EQ(told.announcements[0].to, kBob.id);
  const auto verdict = say(kBob);
  EXPECT_EQ(verdict.kind, VerdictKind::kRefuse);
  EXPECT_EQ(verdict.stage, "ban");
  EXPECT_NE(verdict.error.message.find("spam"), std::string::npos);
  EXPECT_EQ(say(kBob, "", false).kind, VerdictKind::kRefuse) << "a ban is for reactions and votes, too";
  EXPECT_EQ(personal(kBob)["sanction"], "ban");
  EXPECT_EQ(personal(kAda), json());
  EXPECT_EQ(say(kAda).kind, VerdictKind::kPass);
  clock_.advance(61s);
  EXPECT_EQ(say(kBob).kind, VerdictKind::kPass);
  EXPECT_EQ(personal(kBob), json());
}

TEST_F(ModerationTest, TakesTheWordForATimeButNotTheVote) {
  carry_out(kMaria, "timeout", {{"user", kBob.id.value()}, {"seconds", 600}});
  const auto verdict = say(kBob);
  EXPECT_EQ(verdict.stage, "timeout");
  EXPECT_EQ(verdict.retry_after, std::chrono::milliseconds(600'000));
  EXPECT_EQ(say(kBob, "", false).kind, VerdictKind::kPass);
  EXPECT_FALSE(command(kMaria, "timeout", {{"user", kBob.id.value()}}).ok()) << "needs an end";
  const auto lifted = carry_out(kMaria, "unban", {{"user", kBob.id.value()}});
  EXPECT_EQ(json::parse(lifted.announcements.at(0).body)["sanction"], nullptr);
  EXPECT_EQ(say(kBob).kind, VerdictKind::kPass);
}

TEST_F(ModerationTest, BansGuestsAndNewAccountsOfANetworkOnly) {
  say(kAda, "192.0.2.7");
  carry_out(kMaria, "ban", {{"user", kAda.id.value()}, {"network", true}});
  EXPECT_EQ(say({UserId("guest:eve"), "Eve", room::Role::kGuest}, "192.0.2.7").stage, "network");
  EXPECT_EQ(say({UserId("guest:eve"), "Eve", room::Role::kGuest}, "192.0.2.8").kind, VerdictKind::kPass);
  auto neighbour = kBob;
  neighbour.since = clock_.utc() - 24h;
  EXPECT_EQ(say(neighbour, "192.0.2.7").kind, VerdictKind::kPass);
  clock_.advance(1min);
  auto again = kBob;
  again.since = clock_.utc();
  EXPECT_EQ(say(again, "192.0.2.7").stage, "network");
  EXPECT_EQ(personal(kMaria).dump().find("192.0.2.7"), std::string::npos) << "moderators need no addresses";
  carry_out(kMaria, "unban", {{"user", kAda.id.value()}});
  EXPECT_EQ(say(again, "192.0.2.7").kind, VerdictKind::kPass);
}

TEST_F(ModerationTest, ShadowsWithoutTellingAndShowsTheUserTheirOwnOnEveryDevice) {
  const auto told = carry_out(kMaria, "shadow", {{"user", kBob.id.value()}});
  EXPECT_TRUE(told.announcements.empty()) << "the user is not told";
  EXPECT_EQ(say(kBob).kind, VerdictKind::kShadow);
  const room::Event event{"x", 1, "chat.message", clock_.utc(), {}, kBob, R"({"text":"hi"})", {}};
  const auto shown = feature_->guard()->shadow(facts(), event);
  EXPECT_EQ(shown.announcements.at(0).audience, room::Audience::kModerators);
  const auto own = personal(kBob);
  EXPECT_FALSE(own.contains("sanction"));
  EXPECT_EQ(own["own"][0]["body"]["text"], "hi");
  EXPECT_EQ(own["own"][0]["offset"], 1);
}

TEST_F(ModerationTest, LetsWhoIsWarnedWriteOnOnceTheyHaveAcknowledgedIt) {
  EXPECT_FALSE(command(kMaria, "warn", {{"user", kBob.id.value()}}).ok()) << "without a reason";
  const auto told = carry_out(kMaria, "warn", {{"user", kBob.id.value()}, {"reason", "be kind"}});
  ASSERT_EQ(told.announcements.size(), 1u);
  EXPECT_EQ(json::parse(told.announcements[0].body)["sanction"], "warning");
  EXPECT_EQ(told.announcements[0].to, kBob.id);
  EXPECT_EQ(personal(kBob)["reason"], "be kind");
  const auto verdict = say(kBob);
  EXPECT_EQ(verdict.stage, "warning");
  EXPECT_NE(verdict.error.message.find("be kind"), std::string::npos);
  EXPECT_EQ(say(kBob, "", false).kind, VerdictKind::kPass) << "reactions and votes go on";
  carry_out(kAda, "acknowledge", json::object());
  EXPECT_EQ(say(kBob).kind, VerdictKind::kRefuse) << "nobody does it for them";
  const auto released = carry_out(kBob, "acknowledge", json::object());
  EXPECT_EQ(json::parse(released.announcements.at(0).body)["sanction"], nullptr);
  EXPECT_EQ(say(kBob).kind, VerdictKind::kPass);
  EXPECT_EQ(decided_.back().user->id, kBob.id) << "the log says who has read it";
  EXPECT_TRUE(carry_out(kBob, "acknowledge", json::object()).announcements.empty());
}

TEST_F(ModerationTest, TellsWhatIsLeftWhenOneOfTwoSanctionsEnds) {
  carry_out(kMaria, "timeout", {{"user", kBob.id.value()}, {"seconds", 600}});
  carry_out(kMaria, "warn", {{"user", kBob.id.value()}, {"reason", "be kind"}});
  const auto told = carry_out(kBob, "acknowledge", json::object());
  EXPECT_EQ(json::parse(told.announcements.at(0).body)["sanction"], "timeout");
}

TEST_F(ModerationTest, LetsWhoIsTooFastWaitLongerEachTime) {
  const room::Command fast{"send", kAda, {}, "{}", {}};
  for (const auto wait : {10s, 60s, 600s, 600s}) {
    for (int i = 0; i < 5; ++i) feature_->guard()->exceeded(facts(), fast);
    const auto verdict = say(kAda);
    EXPECT_EQ(verdict.stage, "penalty");
    EXPECT_EQ(verdict.retry_after, std::chrono::milliseconds(wait));
    clock_.advance(wait);
    EXPECT_EQ(say(kAda).kind, VerdictKind::kPass);
  }
  clock_.advance(2h);
  feature_->guard()->exceeded(facts(), fast);
  EXPECT_EQ(say(kAda).retry_after, 10s) << "forgiven";
}

TEST_F(ModerationTest, LimitsANetworkAndTheRoomButNotOurOwnProxy) {
  const auto first_refused = [&](const std::string& network) {
    for (int i = 0; i < 300; ++i) {
      if (say({UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest}, network).kind != VerdictKind::kPass)
        return i;
    }
    return -1;
  };
  EXPECT_EQ(first_refused("192.0.2.7"), 60);
  EXPECT_EQ(first_refused("192.0.2.8"), 0) << "the next house is the same landlord's";
  EXPECT_EQ(first_refused("127.0.0.1"), -1);
  EXPECT_EQ(first_refused("127.0.0.1"), 400 - 300 - 61 + 1) << "all of them together are too many for the room";
  EXPECT_EQ(say(kMaria, "192.0.2.7").kind, VerdictKind::kPass) << "moderators are exempt";
}

TEST_F(ModerationTest, SilencesTheBotsOfWhomItSilences) {
  const auto let_speak = [&](const UserId& owner) {
    const room::User bot{UserId("bot:8"), "Echo", room::Role::kViewer};
    room::Standing standing;
    standing.owner = owner;
    const room::Command command{"send", bot, {}, R"({"text":"hi"})", standing};
    return feature_->guard()->judge(facts(), {"chat.send", command, true, "hi"});
  };
  EXPECT_EQ(let_speak(kBob.id).kind, VerdictKind::kPass);
  carry_out(kMaria, "shadow", {{"user", kBob.id.value()}});
  EXPECT_EQ(let_speak(kBob.id).kind, VerdictKind::kShadow);
  carry_out(kMaria, "timeout", {{"user", kBob.id.value()}, {"seconds", 60}});
  EXPECT_EQ(let_speak(kBob.id).stage, "timeout");
  carry_out(kMaria, "ban", {{"user", kBob.id.value()}});
  EXPECT_EQ(let_speak(kBob.id).stage, "ban");
  EXPECT_EQ(let_speak(UserId("account:9")).kind, VerdictKind::kPass) << "others' bots";
  EXPECT_EQ(let_speak({}).kind, VerdictKind::kPass);
}

TEST_F(ModerationTest, KeepsModeratorsOutOfReachOfOneAnother) {
  const room::User other{UserId("account:4"), "Moe", room::Role::kModerator};
  say(other);
  EXPECT_EQ(command(kMaria, "ban", {{"user", "account:4"}}).error().code, ErrorCode::kForbidden);
  EXPECT_FALSE(command(kMaria, "ban", {{"user", "account:3"}}).ok());
  EXPECT_TRUE(command({UserId("account:1"), "Root", room::Role::kAdmin}, "ban", {{"user", "account:4"}}).ok());
}

TEST_F(ModerationTest, CollectsReportsAndAppealsUntilTheyAreResolved) {
  carry_out(kAda, "report", {{"user", kBob.id.value()}, {"text", "buy now"}, {"reason", "spam"}});
  carry_out(kBob, "appeal", {{"text", "my brother"}});
  const auto reports = personal(kMaria)["reports"];
  ASSERT_EQ(reports.size(), 2u);
  carry_out(kMaria, "resolve", {{"report", reports[0]["subject"]}, {"upheld", true}});
  EXPECT_EQ(personal(kMaria)["reports"].size(), 1u);
}

TEST_F(ModerationTest, TellsModeratorsWhichMessageWasReportedAlsoAfterARestart) {
  carry_out(kAda, "report", {{"user", kBob.id.value()}, {"text", "buy now"}, {"message", "e1:17"}});
  EXPECT_EQ(personal(kMaria)["reports"][0]["message"], "e1:17");
  const auto again = kSpec.make();
  again->restore(decided_);
  EXPECT_EQ(again->personal(facts(), kMaria), feature_->personal(facts(), kMaria));
  carry_out(kAda, "report", {{"user", kBob.id.value()}, {"text", "a name is no message"}});
  EXPECT_FALSE(personal(kMaria)["reports"][1].contains("message"));
  for (const json& wrong : {json("e1"), json("e1:x"), json("e'1:1"), json(17), json::array()}) {
    const auto refused = command(kAda, "report", {{"user", kBob.id.value()}, {"message", wrong}});
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << wrong;
  }
}

TEST_F(ModerationTest, IsAfterARestartWhatItWas) {
  carry_out(kMaria, "ban", {{"user", "account:7"}});
  carry_out(kMaria, "shadow", {{"user", "account:8"}});
  carry_out(kMaria, "timeout", {{"user", "account:9"}, {"seconds", 100}});
  clock_.advance(1s);
  carry_out(kMaria, "unban", {{"user", "account:7"}});
  const auto again = kSpec.make();
  again->restore(decided_);
  EXPECT_EQ(again->personal(facts(), kMaria), feature_->personal(facts(), kMaria));
  EXPECT_TRUE(again->tick(facts()).announcements.empty()) << "nobody is told again";
  EXPECT_EQ(say(kBob).kind, VerdictKind::kPass);
}

}  // namespace
}  // namespace grandstand::social::moderation
