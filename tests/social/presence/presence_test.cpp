// SPDX-License-Identifier: MIT
#include "presence.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::presence {
namespace {

using nlohmann::json;

const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};
const room::User kBob{UserId("account:7"), "Bob", room::Role::kViewer};
const room::User kMaria{UserId("account:3"), "Maria", room::Role::kModerator};

json told(State& state, room::Attendance attendance) {
  take(state, attendance);
  const auto body = announce(state);
  return body ? json::parse(*body) : json();
}

TEST(Presence, TellsWhoCameAndWentSinceTheLastTime) {
  State state;
  EXPECT_EQ(told(state, {{kAda, kBob}})["joined"].size(), 2u);
  const auto news = told(state, {{kBob, kMaria}});
  EXPECT_EQ(news["joined"], json::parse(R"([{"id":"account:3","name":"Maria","role":"moderator"}])"));
  EXPECT_EQ(news["left"], json::parse(R"(["guest:ada"])"));
  EXPECT_EQ(told(state, {{kMaria, kBob}}), json()) << "nothing is new";
  EXPECT_FALSE(announce(state));
}

TEST(Presence, TellsOfANewNameOrRole) {
  State state;
  told(state, {{kBob}});
  auto renamed = kBob;
  renamed.name = "Robert";
  EXPECT_EQ(told(state, {{renamed}})["joined"][0]["name"], "Robert");
}

TEST(Presence, ListsOnlyTheNotableOnceTheRoomIsLarge) {
  State state;
  told(state, {{kAda, kBob, kMaria}});
  const auto large = told(state, {{kMaria}, false});
  EXPECT_EQ(large["complete"], false);
  EXPECT_EQ(large["users"].size(), 1u);
  EXPECT_EQ(json::parse(encode_list(state)), large) << "and so does the list for who joins";
  EXPECT_EQ(told(state, {{kAda, kMaria}, true})["users"].size(), 2u);
}

TEST(Presence, IsBounded) {
  State state;
  room::Attendance crowd;
  for (int i = 0; i < 500; ++i) crowd.users.push_back({UserId("guest:" + std::to_string(i)), "G", room::Role::kGuest});
  EXPECT_EQ(told(state, crowd)["joined"].size(), room::kMostPresent);
}

}  // namespace
}  // namespace grandstand::social::presence
