// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>

#include <map>
#include <optional>
#include <string>

// Who is here: everybody's names while the room is small, those of members and above when it is large. Counts are the
// room's (room.members).
namespace grandstand::social::presence {

struct State {
  std::map<UserId, room::User> here;  // as it was announced; at most room::kMostPresent
  bool complete = true;
  std::optional<room::Attendance> news;  // to be announced
};

void take(State& state, const room::Attendance& attendance);
// What has changed, as the body of the event; none: nothing.
std::optional<std::string> announce(State& state);
std::string encode_list(const State& state);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::presence
