// SPDX-License-Identifier: MIT
// A party as its room sees it: the door, the host's chair, and what the group decides.
#include "manual_clock.hpp"
#include "party_clock.hpp"

#include <grandstand/room/feature.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::party {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:17"), "Bob", room::Role::kViewer};
const room::User kEve{UserId("guest:eve"), "Eve", room::Role::kGuest};
const room::User kRoot{UserId("account:1"), "Root", room::Role::kAdmin};
constexpr char kCode[] = "k3f9xq2m";

class PartyFeatureTest : public testing::Test {
 protected:
  PartyFeatureTest() {
    party_.title = "Cup final";
    party_.programme = {ChannelId("news"), "News", {}, {}};
    party_.people = {{kAda.id, "Ada", Rank::kHost, clock_.utc()}};
    party_.invite = Invite{kCode, clock_.utc() + 24h};
  }
  void start() {
    feature_ = kSpec.make();
    restore("party.state", encode_party(party_));
    restore("party.motion", encode_motion({}));
  }
  void restore(const char* kind, std::string body) {
    room::Event event;
    event.kind = kind;
    event.body = std::move(body);
    feature_->restore(std::span(&event, 1));
  }
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 2}; }
  // What the room would do with it; the store takes everything.
  void happen(const room::Outcome& outcome) {
    for (const auto& announcement : outcome.announcements) {
      last_[announcement.name] = json::parse(announcement.body);
      if (announcement.name != "state" && announcement.name != "motion") continue;
      room::Event event;
      event.kind = "party." + announcement.name;
      event.body = announcement.body;
      feature_->apply(event);
    }
  }
  room::Entry enter(const room::User& user, const char* ticket = "") {
    auto entry = feature_->enter(facts(), user, ticket);
    happen(entry.outcome);
    if (entry.status.ok()) feature_->on_join(facts(), user);
    return entry;
  }
  Status ask(const room::User& user, const char* name, const json& body = json::object()) {
    const auto text = body.dump();
    const auto outcome = feature_->on_command(facts(), {name, user, {}, text});
    if (!outcome.ok()) return outcome.error();
    happen(*outcome);
    expelled_.insert(expelled_.end(), outcome->expelled.begin(), outcome->expelled.end());
    return success();
  }
  void live(std::chrono::seconds time) {
    for (auto passed = 0ms; passed < time; passed += 500ms) {
      clock_.advance(500ms);
      happen(feature_->tick(facts()));
    }
  }
  json snapshot() const { return json::parse(feature_->snapshot(facts())); }
  std::string host() const {
    const auto now = snapshot();
    for (const auto& person : now["party"]["people"]) {
      if (person["rank"] == "host") return person["name"];
    }
    return "nobody";
  }

  ManualClock clock_;
  RoomId room_{"party:k3f9xq2m7b"};
  Party party_;
  std::unique_ptr<room::Feature> feature_;
  std::map<std::string, json> last_;  // announcements, by name
  std::vector<UserId> expelled_;
};

TEST_F(PartyFeatureTest, LetsInWhoHoldsTheCodeAndAfterThatWithoutIt) {
  start();
  EXPECT_EQ(enter(kBob).status.error().code, ErrorCode::kForbidden);
  EXPECT_EQ(enter(kBob, "wrong").status.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(enter(kBob, kCode).status.ok());
  EXPECT_TRUE(enter(kBob).status.ok());
  EXPECT_EQ(snapshot()["party"]["people"].size(), 2u);
}

TEST_F(PartyFeatureTest, DoesNotLetInByACodeThatHasExpiredOrWasReplaced) {
  start();
  ASSERT_TRUE(ask(kAda, "invite", {{"hours", 1}}).ok());
  EXPECT_FALSE(enter(kBob, kCode).status.ok());
  const auto code = last_["state"]["invite"]["code"].get<std::string>();
  clock_.advance(2h);
  EXPECT_FALSE(enter(kBob, code.c_str()).status.ok());
}

TEST_F(PartyFeatureTest, LetsNobodyNewInWhenItIsLockedOrOver) {
  party_.locked = true;
  start();
  EXPECT_EQ(enter(kBob, kCode).status.error().code, ErrorCode::kForbidden);
  EXPECT_TRUE(enter(kAda).status.ok());
  ASSERT_TRUE(ask(kAda, "end").ok());
  EXPECT_EQ(enter(kAda).status.error().code, ErrorCode::kNotFound);
}

TEST_F(PartyFeatureTest, KeepsPeopleInTheWaitingRoomUntilAHostOpens) {
  party_.waiting_room = true;
  start();
  enter(kAda);
  const auto knock = enter(kBob, kCode);
  EXPECT_FALSE(knock.status.ok());
  EXPECT_TRUE(knock.retry_after.has_value()) << "the client asks again";
  live(1s);
  EXPECT_EQ(last_["waiting"]["waiting"][0]["name"], "Bob");
  ASSERT_TRUE(ask(kAda, "answer", {{"user", kBob.id.value()}, {"admit", true}}).ok());
  EXPECT_TRUE(enter(kBob, kCode).status.ok());
  live(1s);
  EXPECT_TRUE(last_["waiting"]["waiting"].empty());
}

TEST_F(PartyFeatureTest, TurnsAwayFromTheWaitingRoomWithoutBeingAskedAgain) {
  party_.waiting_room = true;
  start();
  enter(kAda);
  enter(kEve, kCode);
  ASSERT_TRUE(ask(kAda, "answer", {{"user", kEve.id.value()}, {"admit", false}}).ok());
  EXPECT_FALSE(enter(kEve, kCode).retry_after.has_value());
  EXPECT_FALSE(ask(kAda, "answer", {{"user", kEve.id.value()}, {"admit", true}}).ok());
}

TEST_F(PartyFeatureTest, ForgetsWhoDoesNotKnockAnyMore) {
  party_.waiting_room = true;
  start();
  enter(kAda);
  enter(kEve, kCode);
  live(12s);
  EXPECT_TRUE(last_["waiting"]["waiting"].empty());
}

TEST_F(PartyFeatureTest, RemovesForGood) {
  start();
  enter(kAda);
  enter(kEve, kCode);
  ASSERT_TRUE(ask(kAda, "remove", {{"user", kEve.id.value()}}).ok());
  EXPECT_EQ(expelled_, std::vector<UserId>{kEve.id});
  EXPECT_FALSE(enter(kEve, kCode).status.ok());
  EXPECT_FALSE(ask(kEve, "enqueue", {{"programme", {{"channel", "sport"}}}}).ok());
}

TEST_F(PartyFeatureTest, ForgetsWhoLeavesForGoodAndFollowsTheHostAtOnce) {
  start();
  enter(kAda);
  enter(kBob, kCode);
  ASSERT_TRUE(ask(kAda, "leave").ok());
  EXPECT_EQ(expelled_, std::vector<UserId>{kAda.id}) << "on all of its screens";
  EXPECT_EQ(host(), "Bob");
  EXPECT_EQ(last_["motion"]["term"], 2) << "what the old host had on the way does not count";
  EXPECT_EQ(ask(kAda, "leave").error().code, ErrorCode::kForbidden);
  EXPECT_EQ(enter(kAda).status.error().code, ErrorCode::kForbidden) << "an invitation is needed again";
  EXPECT_TRUE(enter(kAda, kCode).status.ok());
  live(20s);
  EXPECT_EQ(host(), "Bob");
}

TEST_F(PartyFeatureTest, TakesAwayWhatWasSaidByWhoLeftBeforeItsEnd) {
  party_.keeps_chat = false;
  start();
  enter(kBob, kCode);
  ASSERT_TRUE(ask(kBob, "leave").ok());
  const auto ended = feature_->on_command(facts(), {"leave", kAda, {}, "{}"});
  EXPECT_EQ(ended->announcements.at(0).erases, (std::vector<UserId>{kBob.id, kAda.id}));
}

TEST_F(PartyFeatureTest, KeepsTheRankOfAHostWhoComesBackInTimeAfterACrashOfTheServer) {
  start();
  enter(kAda);
  enter(kBob, kCode);
  const auto stored = snapshot()["party"].dump();
  start();
  restore("party.state", stored);
  enter(kBob);
  live(9s);
  enter(kAda);
  live(20s);
  EXPECT_EQ(host(), "Ada");
}

TEST_F(PartyFeatureTest, BeginsWhenItIsTime) {
  party_.starts_at = clock_.utc() + 10s;
  start();
  enter(kAda);
  live(5s);
  EXPECT_FALSE(last_.contains("motion"));
  EXPECT_EQ(ask(kAda, "move", {{"term", 1}, {"rate", 1}}).error().code, ErrorCode::kConflict);
  live(6s);
  EXPECT_EQ(last_["motion"]["rate"], 1);
  EXPECT_TRUE(snapshot()["party"]["starts_at"].is_null());
}

TEST_F(PartyFeatureTest, FollowsAHostWhoIsAwayForTenSeconds) {
  start();
  enter(kAda);
  enter(kBob, kCode);
  feature_->on_attendance({{kBob}, true});
  live(9s);
  EXPECT_EQ(host(), "Ada");
  live(2s);
  EXPECT_EQ(host(), "Bob");
  EXPECT_EQ(ask(kBob, "move", {{"term", 1}, {"rate", 0}}).error().code, ErrorCode::kConflict) << "of the old term";
  EXPECT_TRUE(ask(kBob, "move", {{"term", 2}, {"rate", 0}}).ok());
  enter(kAda);
  live(20s);
  EXPECT_EQ(host(), "Bob") << "it stays so";
}

TEST_F(PartyFeatureTest, KeepsItsTargetWhenTheHostsProcessIsKilledAndRefusesWhatItHadOnTheWay) {
  party_.control = Control::kEveryone;
  start();
  enter(kAda);
  enter(kBob, kCode);
  ASSERT_TRUE(ask(kAda, "move", {{"term", 1}, {"rate", 1}}).ok());
  live(3s);
  feature_->on_attendance({{kBob}, true});
  const auto target = [&] { return position_at(*decode_motion(snapshot()["motion"].dump()), clock_.utc()); };
  for (auto before = target(), now = before; host() == "Ada"; before = now) {
    live(1s);
    now = target();
    ASSERT_LE(std::chrono::abs(now - before - 1s), 50ms);
  }
  enter(kAda);
  EXPECT_EQ(ask(kAda, "move", {{"term", 1}, {"rate", 0}}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(snapshot()["motion"]["rate"], 1);
}

TEST_F(PartyFeatureTest, RefusesWhatCannotBeAndStaysAsItWas) {
  start();
  enter(kAda);
  enter(kBob, kCode);
  const auto ms = [&](auto ahead) { return std::to_string(to_unix_ms(clock_.utc() + ahead)); };
  const struct {
    const char* command;
    std::string body;
    ErrorCode code;
  } rows[] = {
      {"move", R"({"term":1,"position":NaN})", ErrorCode::kInvalidArgument},
      {"move", R"({"term":1,"position":"NaN"})", ErrorCode::kInvalidArgument},
      {"move", R"({"term":1,"position":-1})", ErrorCode::kInvalidArgument},
      {"move", R"({"term":1,"position":1e300})", ErrorCode::kInvalidArgument},
      {"move", R"({"term":1,"position":)" + ms(1min) + "}", ErrorCode::kInvalidArgument},
      {"move", R"({"term":1,"position":)" + ms(-25h) + "}", ErrorCode::kInvalidArgument},
      {"move", R"({"term":1,"rate":2})", ErrorCode::kInvalidArgument},
      {"move", R"({"rate":1})", ErrorCode::kInvalidArgument},
      {"move", R"({"term":0,"rate":1})", ErrorCode::kConflict},
      {"move", R"({"term":2,"rate":1})", ErrorCode::kConflict},
      {"report", R"({"status":"synced","error":NaN})", ErrorCode::kInvalidArgument},
      {"report", R"({"status":"synced","round_trip":-1})", ErrorCode::kInvalidArgument},
      {"change", R"({"control":"me"})", ErrorCode::kInvalidArgument},
      {"change", R"({"programme":{"channel":"news","start":)" + ms(1h) + R"(,"end":)" + ms(2h) + "}}",
       ErrorCode::kInvalidArgument},
      {"appoint", R"({"user":"guest:nobody","rank":"host"})", ErrorCode::kNotFound},
      {"answer", R"({"user":"guest:nobody","admit":true})", ErrorCode::kNotFound},
      {"invite", R"({"hours":1e9})", ErrorCode::kInvalidArgument},
      {"dequeue", R"({"id":99})", ErrorCode::kNotFound},
      {"next", "{}", ErrorCode::kConflict},
      {"vote", R"({"for":"play"})", ErrorCode::kForbidden},
  };
  const auto before = snapshot();
  for (const auto& [command, body, code] : rows) {
    const auto outcome = feature_->on_command(facts(), {command, kAda, {}, body});
    ASSERT_FALSE(outcome.ok()) << command << ' ' << body;
    EXPECT_EQ(outcome.error().code, code) << command << ' ' << body;
    EXPECT_FALSE(outcome.error().message.empty());
  }
  EXPECT_EQ(snapshot(), before);
}

TEST_F(PartyFeatureTest, KeepsAHostWhoComesBackInTime) {
  start();
  enter(kAda);
  enter(kBob, kCode);
  feature_->on_attendance({{kBob}, true});
  live(8s);
  enter(kAda);
  live(20s);
  EXPECT_EQ(host(), "Ada");
}

TEST_F(PartyFeatureTest, DoesWhatMoreThanHalfOfThosePresentVoteFor) {
  party_.control = Control::kVote;
  start();
  enter(kAda);
  enter(kBob, kCode);
  enter(kEve, kCode);
  EXPECT_FALSE(ask(kAda, "move", {{"term", 1}, {"rate", 1}}).ok());
  ASSERT_TRUE(ask(kBob, "vote", {{"for", "play"}}).ok());
  ASSERT_TRUE(ask(kBob, "vote", {{"for", "play"}}).ok());
  EXPECT_EQ(last_["voting"], json::parse(R"({"for":"play","votes":1,"of":3})"));
  EXPECT_FALSE(last_.contains("motion"));
  ASSERT_TRUE(ask(kEve, "vote", {{"for", "play"}}).ok());
  EXPECT_EQ(last_["motion"]["rate"], 1);
}

TEST_F(PartyFeatureTest, CountsOnlyThoseWhoAreHere) {
  party_.control = Control::kVote;
  start();
  enter(kAda);
  enter(kBob, kCode);
  enter(kEve, kCode);
  feature_->on_attendance({{kEve}, true});
  ASSERT_TRUE(ask(kEve, "vote", {{"for", "play"}}).ok());
  EXPECT_EQ(last_["motion"]["rate"], 1);
}

TEST_F(PartyFeatureTest, PlaysTheNextOfTheQueue) {
  start();
  enter(kAda);
  ASSERT_TRUE(ask(kAda, "enqueue", {{"programme", {{"channel", "sport"}, {"title", "Cycling"}}}}).ok());
  ASSERT_TRUE(ask(kAda, "next").ok());
  EXPECT_EQ(snapshot()["party"]["programme"]["channel"], "sport");
  EXPECT_EQ(last_["motion"]["reason"], "begin");
}

TEST_F(PartyFeatureTest, MakesItsHostsModerators) {
  start();
  enter(kBob, kCode);
  EXPECT_EQ(feature_->moderators(), std::vector<UserId>{kAda.id});
  ASSERT_TRUE(ask(kAda, "appoint", {{"user", kBob.id.value()}, {"rank", "co_host"}}).ok());
  EXPECT_EQ(feature_->moderators(), (std::vector<UserId>{kAda.id, kBob.id}));
}

TEST_F(PartyFeatureTest, IsAsItWasWhenTheStoreRefusesAChange) {
  start();
  enter(kAda);
  const auto before = snapshot();
  const auto outcome = feature_->on_command(facts(), {"change", kAda, {}, R"({"locked":true})"});
  room::Event refused;
  refused.kind = "party.state";
  refused.body = outcome->announcements[0].body;
  feature_->on_refused(refused);
  EXPECT_EQ(snapshot(), before);
  ASSERT_TRUE(ask(kAda, "change", {{"title", "Other"}}).ok());
  EXPECT_EQ(snapshot()["party"]["locked"], false);
}

TEST_F(PartyFeatureTest, TellsOfItsMembersEveryFiveSeconds) {
  start();
  enter(kAda);
  live(1s);
  ASSERT_TRUE(ask(kAda, "report", {{"status", "synced"}, {"error", -12}}).ok());
  live(6s);
  EXPECT_EQ(last_["pulse"]["people"], json::parse(R"([{"user":"guest:ada","status":"synced","error":-12}])"));
  EXPECT_EQ(last_["pulse"]["motion"]["sequence"], snapshot()["motion"]["sequence"]);
}

TEST_F(PartyFeatureTest, TakesAwayWhatWasSaidWhenItEndsUnlessItIsKept) {
  party_.removed = {kEve.id};
  start();
  enter(kBob, kCode);
  EXPECT_TRUE(feature_->on_command(facts(), {"end", kAda, {}, "{}"})->announcements.at(0).erases.empty());
  start();
  enter(kBob, kCode);
  ASSERT_TRUE(ask(kAda, "change", {{"keeps_chat", false}}).ok());
  const auto ended = feature_->on_command(facts(), {"end", kAda, {}, "{}"});
  EXPECT_EQ(ended->announcements.at(0).erases, (std::vector<UserId>{kAda.id, kBob.id, kEve.id}));
}

TEST_F(PartyFeatureTest, LetsAdministratorsInAndEnd) {
  start();
  EXPECT_TRUE(enter(kRoot).status.ok());
  EXPECT_TRUE(ask(kRoot, "end").ok());
}

TEST_F(PartyFeatureTest, TakesANewNameOfSomebodyItKnows) {
  start();
  auto renamed = kAda;
  renamed.name = "Ada L.";
  enter(renamed);
  EXPECT_EQ(host(), "Ada L.");
}

}  // namespace
}  // namespace grandstand::social::party
