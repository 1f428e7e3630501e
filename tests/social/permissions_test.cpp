// SPDX-License-Identifier: MIT
// The commands of the features and the table of permissions: each command with each role, through the gates of a room.
#include "manual_clock.hpp"

#include <grandstand/identity/permissions.hpp>
#include <grandstand/room/room.hpp>
#include <grandstand/social/feature_table.hpp>

#include <algorithm>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace grandstand::social {
namespace {

using room::Role;

TEST(CommandPermissions, AreThoseOfTheTableAndNoOthers) {
  std::size_t commands = 0;
  for (const auto* spec : feature_table()) {
    for (const auto& command : spec->commands) {
      ++commands;
      const auto name = std::string(spec->name) + "." + std::string(command.name);
      const auto row = std::ranges::find(identity::kPermissions, name, &identity::Permission::action);
      ASSERT_NE(row, identity::kPermissions.end()) << name << " is not in include/grandstand/identity/permissions.hpp";
      EXPECT_EQ(to_string(command.minimum_role), to_string(row->least)) << name;
      EXPECT_EQ(row->scope, identity::Scope::kChannel) << name;
    }
  }
  const auto is_command = [](const auto& row) { return row.action.find(' ') == std::string_view::npos; };
  EXPECT_EQ(commands, static_cast<std::size_t>(std::ranges::count_if(identity::kPermissions, is_command)));
}

TEST(CommandPermissions, AreEnforcedByTheGateForEveryCommandAndRole) {
  std::vector<room::FeatureCatalogue::Entry> entries;
  for (const auto* spec : feature_table()) entries.push_back({spec, nullptr});
  const room::FeatureCatalogue features(std::move(entries));
  ManualClock clock;
  const room::Moment now{clock.steady(), clock.utc()};
  room::Room room(RoomId("channel:news"), "e1", features, {}, now);
  int key = 0;
  for (const auto* spec : feature_table()) {
    for (const auto& command : spec->commands) {
      room::CommandRequest request;
      request.name = std::string(spec->name) + "." + std::string(command.name);
      request.body = "{}";
      request.key = std::to_string(++key);
      EXPECT_EQ(room.execute(now, request).status.error().code, ErrorCode::kUnauthenticated) << request.name;
      for (const Role role :
           {Role::kGuest, Role::kViewer, Role::kMember, Role::kModerator, Role::kCreator, Role::kAdmin}) {
        request.user = room::User{UserId("account:1"), "Ada", role};
        request.key = std::to_string(++key);
        // What is behind the gate may refuse, too, but not for the role.
        const auto status = room.execute(now, request).status;
        const bool shut = !status.ok() && status.error().code == ErrorCode::kForbidden &&
                          status.error().message.find("needs the role") != std::string::npos;
        EXPECT_EQ(shut, role < command.minimum_role) << request.name << " as " << to_string(role);
      }
    }
  }
}

}  // namespace
}  // namespace grandstand::social
