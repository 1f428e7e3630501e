// SPDX-License-Identifier: MIT
#pragma once

#include "manual_clock.hpp"

#include <grandstand/room/room.hpp>
#include <grandstand/social/feature_table.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social {

using nlohmann::json;

inline const room::User kMaria{UserId("account:3"), "Maria", room::Role::kModerator};
inline const room::User kAda{UserId("guest:ada"), "Ada", room::Role::kGuest};

// A room with all its features, without their stores.
class SocialRoom : public ::testing::Test {
 protected:
  SocialRoom() {
    std::vector<room::FeatureCatalogue::Entry> entries;
    for (const auto* spec : feature_table()) entries.push_back({spec, nullptr});
    features_ = std::make_unique<room::FeatureCatalogue>(std::move(entries));
    start("epoch");
  }
  // The daemon comes, or comes back.
  void start(std::string epoch) {
    room_ = std::make_unique<room::Room>(RoomId("channel:news"), std::move(epoch), *features_, room::Settings{}, now());
  }
  room::Moment now() const { return {clock_.steady(), clock_.utc()}; }
  room::CommandOutcome send(const room::User& user, std::string name, const json& body) {
    return room_->execute(now(), {user, std::move(name), "key" + std::to_string(++keys_), {}, body.dump()});
  }

  ManualClock clock_;
  std::unique_ptr<room::FeatureCatalogue> features_;
  std::unique_ptr<room::Room> room_;
  int keys_ = 0;
};

}  // namespace grandstand::social
