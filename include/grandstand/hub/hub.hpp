// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/hub/settings.hpp>
#include <grandstand/hub/transport.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::room {
class FeatureCatalogue;  // the features a room hosts; app hands it in
}

namespace grandstand::cluster {
class Bus;
class Leases;
}  // namespace grandstand::cluster

namespace grandstand::hub {

// One client's connection on the hub's side. All calls on the connection's loop.
class Session {
 public:
  virtual ~Session() = default;
  // One complete text message, already known to be valid UTF-8 and within Settings::max_message_bytes.
  virtual void on_message(std::string_view text) = 0;
  // The connection is gone; the transport is not used after this call. Called once, always.
  virtual void on_closed() = 0;
};

// Who stands at the door of a channel's room, and what they show.
struct Visitor {
  const std::optional<identity::User>& user;  // none: a spectator
  std::string_view address;
  std::string_view token;  // of a signed address; empty: none
};
// Says whether somebody may be in the channel's room, and why not. From any loop.
using Doorkeeper = std::function<Status(const ChannelId& channel, const Visitor& visitor)>;

// A read-only question to a feature over HTTP: GET /api/v1/rooms/<room>/<feature>/<query>?..., or without a room
// GET /api/v1/features/<feature>/<query>?...
struct Question {
  RoomId room;  // empty: none
  std::string feature;
  std::string query;
  std::map<std::string, std::string> parameters = {};
  std::optional<identity::User> asker = {};
  std::string address = {};  // of the asker, and what it shows to a doorkeeper
  std::string token = {};
};

// Rooms and the sessions in them (docs/protocol.md is the protocol).
//
// Owner: app.   Runs on: every loop for its sessions; rooms are spread over the loops.   Stops: drain(), then stop().
class Hub {
 public:
  struct Context {
    aio::Runtime& runtime;
    const Clock& clock;
    ops::Metrics& metrics;
    identity::Accounts& accounts;
    const room::FeatureCatalogue& features;
    // Both or none: with them rooms are spread over several nodes.
    cluster::Bus* bus = nullptr;
    cluster::Leases* leases = nullptr;
    // Asked about everybody but the channel's moderators; none: the rooms of channels are open to all.
    Doorkeeper doorkeeper = {};
  };
  Hub(Settings settings, Context context);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  const Settings& settings() const;

  // The rooms that exist: one per channel of the lineup. Sessions in a room that goes are told so, and who is in one
  // that is closed to them now is put out. On loop 0.
  void set_rooms(std::vector<RoomId> rooms);

  // Who owns the room among the nodes has changed (cluster::Leases). On loop 0.
  void on_owner_changed(const RoomId& room);

  // A connection begins. `transport` outlives the session's on_closed(). `session_token` is the one from the cookie or
  // header of the handshake, if any: `hello` without a token uses it.
  std::unique_ptr<Session> open(aio::Loop& loop, Transport& transport, std::string peer_address,
                                std::string session_token);

  // Gives a JSON text. Rooms need not be open on this node. On `loop`.
  aio::Task<Result<std::string>> query(aio::Loop& loop, Question question);

  // Members now, for the channel list. Safe from any thread.
  std::size_t members(const RoomId& room) const;

  // Tells every client to come back later and closes with kGoingAway. Then stop() ends the rooms: what is queued for
  // the stores is written before it returns (blocking; call with the loops still running, not from a loop).
  void drain();
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::hub
