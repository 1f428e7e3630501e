// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/identity/user.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::room {

using identity::Role;
using identity::User;

enum class Durability {
  kStored,       // has epoch and offset, lies in the history, is given to the feature's store; for everyone
  kCommitted,    // happens only when the feature's store says so, before anybody hears of it; has no offset
  kPassing,      // is seen by who is there
  kConflatable,  // the same, and may be left out for slow readers, because a later one says it again
};

// Who hears of an event that is not kStored.
enum class Audience {
  kEveryone,
  kModerators,  // of the room
  kUser,        // all sessions of one user
  kNobody,      // it changes the state only
};

// What a feature wants the room to announce. The name is the feature's own ("message"); the room makes "chat.message"
// of it.
struct Announcement {
  std::string name;
  std::string body;  // JSON object
  std::optional<UtcTime> media_time;
  std::optional<User> user;
  Audience audience = Audience::kEveryone;
  UserId to = {};                   // kUser
  std::vector<UserId> erases = {};  // of a committed one: with it, every feature takes away what these users said
  std::string logged = {};          // of a moderator's act: JSON object {"scope","subject",...} for the log of them
};

// What a room announced.
struct Event {
  std::string epoch;
  std::uint64_t offset = 0;  // 1, 2, ... within the epoch; 0: passing
  std::string kind;          // "chat.message"
  UtcTime server_time{};
  std::optional<UtcTime> media_time;  // what the sender was seeing
  std::optional<User> user;
  std::string body;                 // JSON object
  std::string key;                  // the command's idempotency key; stored, never sent
  std::string result = {};          // of a committed one, what its store returned: for the feature and the sender
  std::vector<UserId> erases = {};  // as in the announcement; never sent
  std::string logged = {};          // the same
};

struct StoredEvent {
  RoomId room;
  Event event;
};

}  // namespace grandstand::room
