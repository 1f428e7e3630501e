// SPDX-License-Identifier: MIT
// What a shadow-banned user does looks done to them, and to them alone: the room with all its features.
#include "social_room.hpp"

namespace grandstand::social {
namespace {

using namespace std::chrono_literals;

const room::User kTroll{UserId("account:7"), "Troll", room::Role::kViewer};

class UnseenRoomTest : public SocialRoom {
 protected:
  // What its store would decide is accepted.
  room::CommandOutcome execute(const room::User& user, std::string name, const json& body) {
    clock_.advance(5s);
    const auto outcome = send(user, std::move(name), body);
    for (const auto& event : room_->take_to_store()) {
      ++stored_;
      if (event.ticket > 0) EXPECT_TRUE(room_->committed(now(), event.ticket, std::string()).ok());
    }
    return outcome;
  }
  std::vector<json> told(room::Audience audience) {
    std::vector<json> all;
    for (const auto& one : room_->take_directed()) {
      if (one.audience == audience) all.push_back(json::parse(one.event));
    }
    return all;
  }

  int stored_ = 0;
};

TEST_F(UnseenRoomTest, ShowsNobodyThatAShadowBannedUserTypes) {
  execute(kMaria, "moderation.shadow", {{"user", kTroll.id.value()}});
  room_->set_members(3);
  room_->take_batch();
  told(room::Audience::kUser);
  EXPECT_TRUE(execute(kTroll, "chat.typing", json::object()).status.ok());
  EXPECT_TRUE(room_->take_batch().events.empty());
  EXPECT_TRUE(told(room::Audience::kModerators).empty()) << "which is nothing to moderate";
}

TEST_F(UnseenRoomTest, IsRefusedWhereEverybodyIs) {
  execute(kMaria, "moderation.shadow", {{"user", kTroll.id.value()}});
  execute(kMaria, "house_rules.set_mode", {{"mode", "announcement"}, {"value", 1}});
  EXPECT_FALSE(execute(kTroll, "chat.send", {{"text", "hello"}}).status.ok());
}

TEST_F(UnseenRoomTest, EditsAndDeletesWhatOnlyItsSenderSaw) {
  const auto visible = execute(kTroll, "chat.send", {{"text", "before"}});
  execute(kMaria, "moderation.shadow", {{"user", kTroll.id.value()}});
  room_->take_batch();
  told(room::Audience::kUser);
  stored_ = 0;
  const auto said = execute(kTroll, "chat.send", {{"text", "hidden"}});
  EXPECT_TRUE(said.shadowed);
  const auto id = said.position.epoch + ":" + std::to_string(said.position.offset);
  const auto edited = execute(kTroll, "chat.edit", {{"message", id}, {"text", "hidden still"}});
  EXPECT_TRUE(edited.status.ok()) << edited.status.error().message;
  EXPECT_TRUE(execute(kTroll, "chat.send", {{"text", "answer"}, {"reply_to", id}}).status.ok());
  const auto own = told(room::Audience::kUser);
  ASSERT_EQ(own.size(), 3u);
  EXPECT_EQ(own[1]["kind"], "chat.edited");
  EXPECT_EQ(own[2]["body"]["reply_to"]["text"], "hidden still");
  const auto personal = json::parse(room_->join(now(), {}, kTroll).personal);
  EXPECT_EQ(personal["moderation"]["own"].size(), 3u) << "on another device, too";
  EXPECT_TRUE(execute(kTroll, "chat.delete", {{"message", id}}).status.ok());
  EXPECT_EQ(told(room::Audience::kUser).at(0)["kind"], "chat.deleted");
  EXPECT_FALSE(room_->batch_waits()) << "nobody else heard of any of it";
  EXPECT_EQ(stored_, 0);
  EXPECT_EQ(execute(kTroll, "chat.delete", {{"message", id}}).status.error().code, ErrorCode::kNotFound);
  // What was seen by all goes for all.
  const auto shown = visible.position.epoch + ":" + std::to_string(visible.position.offset);
  EXPECT_TRUE(execute(kTroll, "chat.delete", {{"message", shown}}).status.ok());
  EXPECT_EQ(stored_, 1);
}

TEST_F(UnseenRoomTest, SilencesWhoIsBannedInEveryFeatureAtOnce) {
  execute(kMaria, "moderation.ban", {{"user", kTroll.id.value()}});
  for (const auto& [name, body] :
       std::vector<std::pair<std::string, json>>{{"chat.send", {{"text", "hi"}}},
                                                 {"chat.typing", json::object()},
                                                 {"chat.delete", {{"message", "epoch:1"}}},
                                                 {"reactions.send", {{"reaction", "heart"}}},
                                                 {"polls.vote", {{"poll", "epoch:1"}, {"option", 1}}}}) {
    EXPECT_EQ(execute(kTroll, name, body).status.error().code, ErrorCode::kForbidden) << name;
  }
  room_->tick(now());
  const auto notices = told(room::Audience::kUser);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0]["body"]["sanction"], "ban");
}

}  // namespace
}  // namespace grandstand::social
