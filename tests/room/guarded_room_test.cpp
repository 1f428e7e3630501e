// SPDX-License-Identifier: MIT
// What the room does for features that guard others, and for events that only some hear of or that the store decides.
#include "echo_feature.hpp"
#include "manual_clock.hpp"

#include <grandstand/room/room.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::room {
namespace {

using nlohmann::json;

const User kAda{UserId("guest:ada"), "Ada", Role::kGuest};
const User kMaria{UserId("account:3"), "Maria", Role::kModerator};

// Looks at what is said: "refuse", "hold" and "shadow" are what happens to it. `usher.release` lets go of what is held.
class Usher final : public Feature, public Guard {
 public:
  Result<Outcome> on_command(const Facts&, const Command& command) override {
    Outcome outcome;
    if (command.name == "release") outcome.released = std::exchange(held_, {});
    if (command.name == "ban") {
      outcome.announcements.push_back({"banned", "{}", {}, {}, Audience::kNobody, {}, {UserId("guest:ada")}});
    }
    return outcome;
  }
  void apply(const Event&) override {}
  void restore(std::span<const Event>) override {}
  std::string snapshot(const Facts&) const override { return "{}"; }
  std::string personal(const Facts&, const User& user) const override {
    return user.role >= Role::kModerator
               ? "{\"held\":" + std::to_string(held_.size()) + ",\"joined\":" + std::to_string(joined_) +
                     ",\"exceeded\":" + std::to_string(exceeded_) + "}"
               : "";
  }
  void on_join(const Facts&, const std::optional<User>&) override { ++joined_; }
  void exceeded(const Facts&, const Command&) override { ++exceeded_; }
  Guard* guard() override { return this; }

  Verdict judge(const Facts&, const Judged& asked) override {
    using Kind = Verdict::Kind;
    const auto& judged = asked.command;
    if (judged.body.find("refuse me") != judged.body.npos) {
      return {.kind = Kind::kRefuse, .error = {ErrorCode::kForbidden, "Not here."}, .stage = "words"};
    }
    if (judged.body.find("hold") != judged.body.npos) return {.kind = Kind::kHold, .reason = "a word"};
    if (judged.body.find("shadow") != judged.body.npos) return {.kind = Kind::kShadow};
    return {};
  }
  Outcome hold(const Facts&, HeldCommand command, std::string reason) override {
    held_.push_back(std::move(command));
    return {{{"told", "{\"reason\":\"" + reason + "\"}", {}, {}, Audience::kModerators}}};
  }
  Outcome shadow(const Facts&, const Event& event) override {
    return {{{"told", "{\"shadowed\":" + event.body + "}", {}, {}, Audience::kModerators}}};
  }

 private:
  std::vector<HeldCommand> held_;
  int joined_ = 0;
  int exceeded_ = 0;
};

constexpr std::array kUsherCommands{CommandSpec{"release", Role::kModerator, {.burst = 9, .per_second = 9}, 64},
                                    CommandSpec{"ban", Role::kModerator, {.burst = 9, .per_second = 9}, 64}};
constexpr std::array kUsherEvents{EventSpec{"told", Durability::kPassing}, EventSpec{"banned", Durability::kCommitted}};
std::unique_ptr<Feature> make_usher() {
  return std::make_unique<Usher>();
}
const FeatureSpec kUsherSpec{.name = "usher",
                             .commands = kUsherCommands,
                             .events = kUsherEvents,
                             .queries = {},
                             .migrations = {},
                             .make = make_usher};

class GuardedRoomTest : public ::testing::Test {
 protected:
  GuardedRoomTest() {
    std::vector<FeatureCatalogue::Entry> entries;
    entries.push_back({&echo::kSpec, std::make_unique<echo::EchoStore>()});
    entries.push_back({&kUsherSpec, nullptr});
    features_ = std::make_unique<FeatureCatalogue>(std::move(entries));
    room_ = std::make_unique<Room>(RoomId("channel:news"), "epoch", *features_, Settings{}, now());
  }
  Moment now() const { return {clock_.steady(), clock_.utc()}; }
  CommandOutcome execute(const User& user, std::string name, std::string body, std::string key = "") {
    if (key.empty()) key = "key" + std::to_string(++keys_);
    return room_->execute(now(), {user, std::move(name), key, {}, std::move(body)});
  }
  std::vector<json> events() {
    std::vector<json> all;
    for (const auto& text : room_->take_batch().events) all.push_back(json::parse(text));
    return all;
  }

  ManualClock clock_;
  std::unique_ptr<FeatureCatalogue> features_;
  std::unique_ptr<Room> room_;
  int keys_ = 0;
};

TEST_F(GuardedRoomTest, RefusesWhatAGuardRefuses) {
  const auto outcome = execute(kAda, "echo.say", R"({"text":"refuse me"})");
  EXPECT_EQ(outcome.status.error().message, "Not here.");
  EXPECT_TRUE(events().empty());
  EXPECT_TRUE(execute(kAda, "echo.say", R"({"text":"hello"})").status.ok());
}

TEST_F(GuardedRoomTest, CountsWhatItsGuardsKeepBackAndTellsThemOfRatesAndJoins) {
  execute(kAda, "echo.say", R"({"text":"refuse me"})");
  execute(kAda, "echo.say", R"({"text":"refuse me"})");
  const auto guarded = room_->take_guarded();
  ASSERT_EQ(guarded.size(), 1u);
  EXPECT_EQ(guarded[0].feature, 1u);
  EXPECT_EQ(guarded[0].stage, "words");
  EXPECT_EQ(guarded[0].count, 2u);
  EXPECT_TRUE(room_->take_guarded().empty());
  const auto usher_saw = [&] { return json::parse(room_->join(now(), {}, kMaria).personal)["usher"]; };
  EXPECT_EQ(usher_saw()["joined"], 1);
  for (int i = 0; i < 5; ++i) execute({UserId("account:9"), "Vi", Role::kViewer}, "echo.wave", "{}");
  room_->take_batch();
  EXPECT_GT(usher_saw()["exceeded"], 0);
}

TEST_F(GuardedRoomTest, HoldsACommandUntilItIsReleased) {
  const auto held = execute(kAda, "echo.say", R"({"text":"hold it"})", "once");
  EXPECT_TRUE(held.held);
  EXPECT_EQ(held.position.offset, 0u);
  EXPECT_TRUE(events().empty()) << "nobody sees it";
  const auto told = room_->take_directed();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].audience, Audience::kModerators);
  EXPECT_EQ(json::parse(told[0].event)["body"]["reason"], "a word");
  EXPECT_TRUE(execute(kAda, "echo.say", R"({"text":"hold it"})", "once").held) << "sent again, it is held once";
  EXPECT_TRUE(room_->take_directed().empty());
  EXPECT_EQ(room_->join(now(), {}, kMaria).personal, R"({"usher":{"held":1,"joined":1,"exceeded":0}})");
  EXPECT_EQ(room_->join(now(), {}, kAda).personal, "");

  EXPECT_TRUE(execute(kMaria, "usher.release", "{}").status.ok());
  const auto seen = events();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0]["body"]["text"], "hold it");
  EXPECT_EQ(seen[0]["user"]["id"], "guest:ada");
  EXPECT_EQ(seen[0]["offset"], 1);
}

TEST_F(GuardedRoomTest, ShowsAShadowedEventToItsSenderAlone) {
  const auto outcome = execute(kAda, "echo.say", R"({"text":"shadow"})");
  EXPECT_TRUE(outcome.status.ok());
  EXPECT_FALSE(outcome.held);
  EXPECT_EQ(outcome.position, (wire::Position{"hcope", 1})) << "as if it had happened";
  EXPECT_TRUE(events().empty());
  EXPECT_TRUE(room_->take_to_store().empty());
  const auto directed = room_->take_directed();
  ASSERT_EQ(directed.size(), 2u);
  EXPECT_EQ(directed[0].audience, Audience::kUser);
  EXPECT_EQ(directed[0].to, std::vector{kAda.id});
  EXPECT_EQ(json::parse(directed[0].event)["kind"], "echo.said");
  EXPECT_EQ(directed[1].audience, Audience::kModerators);
  EXPECT_EQ(json::parse(room_->join(now(), {}, kMaria).snapshots)["echo"]["said"], json::array());
}

TEST_F(GuardedRoomTest, TellsOnlyThoseWhomAnEventConcernsAndAnswersItsSender) {
  EXPECT_EQ(execute(kAda, "echo.whisper", R"({"n":1})").result, R"({"heard":2})");
  EXPECT_TRUE(events().empty());
  const auto directed = room_->take_directed();
  ASSERT_EQ(directed.size(), 2u);
  EXPECT_EQ(directed[0].audience, Audience::kModerators);
  EXPECT_EQ(directed[1].to, std::vector{UserId("guest:eve")});
}

TEST_F(GuardedRoomTest, LetsACommittedEventHappenOnlyWhenTheStoreSaysSo) {
  const auto asked = execute(kAda, "echo.decide", R"({"n":1})", "vote");
  ASSERT_GT(asked.ticket, 0u);
  EXPECT_EQ(asked.position.offset, 0u);
  EXPECT_TRUE(events().empty());
  const auto to_store = room_->take_to_store();
  ASSERT_EQ(to_store.size(), 1u);
  EXPECT_EQ(to_store[0].ticket, asked.ticket);
  EXPECT_EQ(execute(kAda, "echo.decide", R"({"n":1})", "vote").ticket, asked.ticket) << "asked again while it waits";
  EXPECT_TRUE(room_->take_to_store().empty());

  EXPECT_EQ(*room_->committed(now(), asked.ticket, std::string(R"({"number":1})")), R"({"number":1})");
  EXPECT_EQ(events().at(0)["kind"], "echo.decided");
  EXPECT_EQ(json::parse(room_->join(now(), {}, {}).snapshots)["echo"]["said"][0]["n"], 1) << "it was applied";
  const auto repeated = execute(kAda, "echo.decide", R"({"n":1})", "vote");
  EXPECT_EQ(repeated.ticket, 0u);
  EXPECT_EQ(repeated.result, R"({"number":1})") << "the first answer is given again";
}

TEST_F(GuardedRoomTest, ForgetsWhatTheStoreRefused) {
  const auto asked = execute(kAda, "echo.decide", R"({"n":1})", "vote");
  room_->take_to_store();
  EXPECT_FALSE(room_->committed(now(), asked.ticket, Error{ErrorCode::kConflict, "too late"}).ok());
  EXPECT_TRUE(events().empty());
  EXPECT_EQ(json::parse(room_->join(now(), {}, {}).snapshots)["echo"]["said"], json::array());
  EXPECT_NE(execute(kAda, "echo.decide", R"({"n":1})", "vote").ticket, asked.ticket) << "the key may be used again";
}

TEST_F(GuardedRoomTest, HasEveryFeatureTakeAwayWhatAUserSaidOnceThatIsDecided) {
  execute(kAda, "echo.say", R"({"text":"spam"})");
  EXPECT_EQ(events().size(), 1u);
  room_->take_to_store();
  const auto asked = execute(kMaria, "usher.ban", "{}");
  EXPECT_EQ(room_->take_to_store().at(0).event.event.erases, std::vector{kAda.id}) << "the stores hear of it, too";
  EXPECT_TRUE(events().empty());
  EXPECT_TRUE(room_->committed(now(), asked.ticket, std::string()).ok());
  EXPECT_EQ(events().at(0)["body"]["erased"], "guest:ada");
  const auto resumed = room_->join(now(), wire::Position{"epoch", 0}, {});
  ASSERT_TRUE(resumed.recovered);
  EXPECT_EQ(resumed.events.find("spam"), std::string::npos) << "nor does it come back to those who resume";
}

}  // namespace
}  // namespace grandstand::room
