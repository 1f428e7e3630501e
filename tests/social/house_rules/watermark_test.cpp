// SPDX-License-Identifier: MIT
// What waits, for the delay or for a moderator, is in nothing that anybody but moderators gets.
#include "social_room.hpp"

namespace grandstand::social {
namespace {

using namespace std::chrono_literals;

class WatermarkTest : public SocialRoom {
 protected:
  room::CommandOutcome execute(const room::User& user, std::string name, const json& body) {
    auto outcome = send(user, std::move(name), body);
    commit();
    return outcome;
  }
  // As a store that accepts everything, or nothing; notes what would have been written where.
  void commit() {
    for (const auto& [feature, stored, ticket] : room_->take_to_store()) {
      if (ticket == 0) {
        stored_ += stored.event.body;
      } else {
        const Result<std::string> decision = accepts_ ? Result<std::string>("") : Error{ErrorCode::kInternal, "full"};
        ASSERT_EQ(room_->committed(now(), ticket, decision).ok(), accepts_);
      }
    }
    for (const auto& event : room_->take_batch().events) seen_ += event;
    for (const auto& directed : room_->take_directed()) {
      if (directed.audience != room::Audience::kModerators) seen_ += directed.event;
    }
  }
  void tick() {
    room_->tick(now());
    commit();
  }

  std::string stored_, seen_;
  bool accepts_ = true;
};

TEST_F(WatermarkTest, ShowsNothingThatIsDelayedToAHundredWhoCome) {
  ASSERT_TRUE(execute(kMaria, "house_rules.set_mode", {{"mode", "delay"}, {"value", 6}}).status.ok());
  ASSERT_TRUE(execute(kAda, "chat.send", {{"text", "pending secret"}}).held);
  for (int i = 0; i < 100; ++i) {
    clock_.advance(50ms);
    tick();
    const room::User guest{UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest};
    const auto joined =
        room_->join(now(), i % 2 == 0 ? std::nullopt : std::optional(wire::Position{"epoch", 0}), guest);
    seen_ += joined.events + joined.snapshots + joined.personal;
    seen_ += room_->join(now(), {}, {}).snapshots;
  }
  EXPECT_EQ(seen_.find("pending secret"), std::string::npos);
  EXPECT_EQ(stored_.find("pending secret"), std::string::npos) << "history pages read the store";
  EXPECT_NE(room_->join(now(), {}, kMaria).personal.find("pending secret"), std::string::npos);
  clock_.advance(1s);
  tick();
  EXPECT_NE(seen_.find("pending secret"), std::string::npos) << "and then everybody has it";
  EXPECT_NE(stored_.find("pending secret"), std::string::npos);
}

TEST_F(WatermarkTest, SaysInOrderWhatWaitsWhenTheRoomStops) {
  execute(kMaria, "house_rules.set_mode", {{"mode", "delay"}, {"value", 6}});
  for (const char* text : {"first", "second", "third"}) ASSERT_TRUE(execute(kAda, "chat.send", {{"text", text}}).held);
  ASSERT_TRUE(stored_.empty());
  room_->stop(now());
  commit();
  const std::string all = R"({"text":"first"}{"text":"second"}{"text":"third"})";
  EXPECT_EQ(stored_, all);
  clock_.advance(10s);
  tick();
  EXPECT_EQ(stored_, all) << "once";
}

TEST_F(WatermarkTest, DoesNotLoseWhatTheClassifierIsAskedAboutWhenTheRoomStops) {
  execute(kMaria, "house_rules.set_mode", {{"mode", "classifier"}, {"value", 2}});
  ASSERT_TRUE(send(kAda, "chat.send", {{"text", "not judged"}}).held);
  room_->stop(now());
  commit();
  EXPECT_EQ(stored_, R"({"text":"not judged"})");
}

TEST_F(WatermarkTest, ShowsNothingThatIsHeldBeforeItIsReleased) {
  ASSERT_TRUE(execute(kMaria, "house_rules.set_word", {{"word", "secret"}, {"action", "hold"}}).status.ok());
  ASSERT_TRUE(execute(kAda, "chat.send", {{"text", "held secret"}}).held);
  for (int i = 0; i < 100; ++i) {
    const auto joined = room_->join(now(), {}, kAda);
    seen_ += joined.events + joined.snapshots + joined.personal;
  }
  EXPECT_EQ((seen_ + stored_).find("held secret"), std::string::npos);
  const auto personal = json::parse(room_->join(now(), {}, kMaria).personal);
  ASSERT_TRUE(
      execute(kMaria, "house_rules.release", {{"held", personal["house_rules"]["held"][0]["subject"]}}).status.ok());
  tick();
  EXPECT_NE(seen_.find("held secret"), std::string::npos);
}

TEST_F(WatermarkTest, TakesAwayWhatWaitsWhenItsSenderIsBannedWithDeletion) {
  execute(kMaria, "house_rules.set_mode", {{"mode", "delay"}, {"value", 6}});
  execute(kAda, "chat.send", {{"text", "pending spam"}});
  execute(kMaria, "moderation.ban", {{"user", kAda.id.value()}, {"erase", true}});
  tick();
  clock_.advance(7s);
  tick();
  EXPECT_EQ((seen_ + stored_).find("pending spam"), std::string::npos);
  EXPECT_EQ(execute(kAda, "chat.send", {{"text", "again"}}).status.error().code, ErrorCode::kForbidden);
}

TEST_F(WatermarkTest, DoesNotSayWhatWaitedWhenItsSenderIsTimedOutMeanwhile) {
  execute(kMaria, "house_rules.set_mode", {{"mode", "delay"}, {"value", 6}});
  ASSERT_TRUE(execute(kAda, "chat.send", {{"text", "pending spam"}}).held);
  execute(kMaria, "moderation.timeout", {{"user", kAda.id.value()}, {"seconds", 60}});
  clock_.advance(7s);
  tick();
  EXPECT_EQ(stored_.find("pending spam"), std::string::npos);
  EXPECT_NE(seen_.find("\"decision\":\"rejected\""), std::string::npos) << "who said it is told";
}

TEST_F(WatermarkTest, TellsWhoSaidItWhenWhatWasReleasedCannotBeSaidAnyMore) {
  const auto first = execute(kMaria, "chat.send", {{"text", "question"}});
  const auto id = first.position.epoch + ":" + std::to_string(first.position.offset);
  execute(kMaria, "house_rules.set_mode", {{"mode", "delay"}, {"value", 6}});
  ASSERT_TRUE(execute(kAda, "chat.send", {{"text", "my answer"}, {"reply_to", id}}).held);
  execute(kMaria, "chat.delete", {{"message", id}});
  clock_.advance(7s);
  tick();
  EXPECT_EQ(stored_.find("my answer"), std::string::npos);
  EXPECT_NE(seen_.find("The message that you answer is gone."), std::string::npos);
}

TEST_F(WatermarkTest, JudgesTheWordsThatAreReadAndNotThePaddingBeforeThem) {
  ASSERT_TRUE(execute(kMaria, "house_rules.set_word", {{"word", "idiot"}, {"action", "refuse"}}).status.ok());
  EXPECT_FALSE(execute(kAda, "chat.send", {{"text", std::string(4'500, ' ') + "idiot"}}).status.ok());
  EXPECT_EQ((seen_ + stored_).find("idiot\""), std::string::npos);
}

TEST_F(WatermarkTest, TellsWhoSaidItWhenTheStoreCannotHoldIt) {
  ASSERT_TRUE(execute(kMaria, "house_rules.set_word", {{"word", "secret"}, {"action", "hold"}}).status.ok());
  accepts_ = false;
  execute(kAda, "chat.send", {{"text", "held secret"}});
  tick();
  EXPECT_NE(seen_.find("\"decision\":\"rejected\""), std::string::npos);
}

TEST_F(WatermarkTest, HoldsNothingThatCouldNotBeSaid) {
  ASSERT_TRUE(execute(kMaria, "house_rules.set_mode", {{"mode", "links"}, {"value", 1}}).status.ok());
  const auto refused = execute(kAda, "chat.send", {{"text", std::string("http://evil.example \0", 21)}});
  EXPECT_FALSE(refused.held);
  EXPECT_EQ(refused.status.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace grandstand::social
