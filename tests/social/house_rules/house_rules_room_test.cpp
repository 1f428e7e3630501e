// SPDX-License-Identifier: MIT
// The house rules in a room with all its features.
#include "social_room.hpp"

namespace grandstand::social {
namespace {

using namespace std::chrono_literals;

class HouseRulesRoomTest : public SocialRoom {
 protected:
  void set(const char* mode, int value) { decide("set_mode", {{"mode", mode}, {"value", value}}); }
  void decide(const std::string& command, const json& body) {
    ASSERT_TRUE(send(kMaria, "house_rules." + command, body).status.ok());
    for (const auto& one : room_->take_to_store()) {
      if (one.ticket > 0) EXPECT_TRUE(room_->committed(now(), one.ticket, std::string()).ok());
    }
  }
};

TEST_F(HouseRulesRoomTest, LetsAMessageBeEditedInSlowModeWithoutCountingIt) {
  set("slow", 30);
  ASSERT_TRUE(send(kAda, "chat.send", {{"text", "helo"}}).status.ok());
  clock_.advance(20s);
  EXPECT_TRUE(send(kAda, "chat.edit", {{"message", "epoch:1"}, {"text", "hello"}}).status.ok());
  EXPECT_FALSE(send(kAda, "chat.send", {{"text", "more"}}).status.ok());
  clock_.advance(10s);
  EXPECT_TRUE(send(kAda, "chat.send", {{"text", "more"}}).status.ok()) << "30 s after the message, not the edit";
}

TEST_F(HouseRulesRoomTest, ListsNobodyUnderANameThatIsNotAllowed) {
  decide("set_word", {{"word", "villain"}, {"action", "refuse"}});
  (void)room_->take_batch();
  room_->set_members(2);
  room_->set_attendance(now(), {{kAda, {UserId("guest:x"), "V1llain", room::Role::kGuest}}, true});
  room_->tick(now());
  std::string told;
  for (const auto& event : room_->take_batch().events) told += event;
  EXPECT_NE(told.find(R"("id":"guest:x","name":"***")"), std::string::npos) << told;
  EXPECT_NE(told.find(R"("name":"Ada")"), std::string::npos) << told;
}

}  // namespace
}  // namespace grandstand::social
