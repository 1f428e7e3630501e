// SPDX-License-Identifier: MIT
#pragma once

#include "room_port.hpp"

#include <grandstand/room/event.hpp>
#include <grandstand/room/room.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grandstand::hub {

// What nodes say to each other about rooms, as JSON. All nodes of a cluster run the same version: nothing here is kept.

// To the room's owner.
struct JoinAsk {
  Joiner joiner;  // its session with its node
};
struct ExecuteAsk {
  SessionRef session;
  std::int64_t request = 0;
  room::CommandRequest command;
};
struct Presence {
  std::string node;
  std::size_t members = 0;             // of this room, there
  std::vector<room::User> users = {};  // of them, as room::Attendance has them
};

// To the node of a session.
struct SessionText {
  std::size_t loop = 0;
  std::uint64_t session = 0;
  std::string text;
};
struct JoinAnswer {
  SessionText reply;
  RoomId room;
  std::int64_t request = 0;
  bool joined = false;
  std::uint64_t number = 0;  // of the last message with events that the owner has told all nodes
};

// To all nodes with members of the room. Messages with events, or of who is expelled, are numbered: who misses one
// begins anew.
struct RoomEvents {
  std::uint64_t number = 0;
  std::string text;  // one message with all of them
  bool conflatable = false;
  std::size_t events = 0;
};
struct DirectedEvents {
  std::uint64_t number = 0;
  std::string text;
  room::Audience audience = room::Audience::kModerators;
  std::vector<UserId> to;
};
struct MemberCount {
  std::uint64_t number = 0;  // of the last message with events
  std::size_t members = 0;
};
struct Expelled {
  std::uint64_t number = 0;
  UserId user;
};
// What was said to or by the owner may be lost.
struct MaybeMissed {};

using NodeMessage = std::variant<JoinAsk, ExecuteAsk, Presence, SessionText, JoinAnswer, RoomEvents, DirectedEvents,
                                 MemberCount, Expelled, MaybeMissed>;

std::string encode_node_message(const NodeMessage& message);
std::optional<NodeMessage> decode_node_message(std::string_view text);  // none: it is not one

}  // namespace grandstand::hub
