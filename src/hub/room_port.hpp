// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/room/room.hpp>
#include <grandstand/wire/client_message.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace grandstand::hub {

// A session seen from another loop or node: it may be gone at any time, so it is found anew by its id.
struct SessionRef {
  std::size_t loop = 0;
  SessionId id;
  std::shared_ptr<const std::string> node = {};  // null: this one
};

// Who asks to come into a room, or to come again.
struct Joiner {
  SessionRef session;
  std::int64_t request = 0;
  std::optional<wire::Position> since;
  bool is_member = false;
  std::optional<room::User> user;  // its role is that in the room
  std::string ticket = {};
  std::string network = {};  // of its session (client_network.hpp)
};

// A room as sessions see it, wherever it lives: here (RoomHost), or on another node (RemoteRoom).
//
// Owner: RoomDirectory and its loop.   Runs on: see each.   Stops: close(), move_away() or stop().
class RoomPort : public std::enable_shared_from_this<RoomPort> {
 public:
  virtual ~RoomPort() = default;

  // From any thread.
  virtual const RoomId& id() const = 0;
  virtual std::size_t members() const = 0;  // on all nodes

  // From any loop. The answers come through Core.
  virtual void join(Joiner joiner) = 0;
  virtual void leave(std::size_t loop) = 0;
  virtual void execute(SessionRef session, std::int64_t request, room::CommandRequest command) = 0;
  virtual void close() = 0;            // the room is gone: says so to its members
  virtual void move_away() = 0;        // another port takes its place: members are told to join again
  virtual void may_have_missed() = 0;  // messages between nodes may be lost

  // On its home loop.
  virtual void tick(room::Moment now) = 0;
  virtual void stop() = 0;
};

}  // namespace grandstand::hub
