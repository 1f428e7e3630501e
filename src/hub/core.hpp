// SPDX-License-Identifier: MIT
#pragma once

#include "hub_metrics.hpp"

#include <grandstand/base/published.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/room/room.hpp>
#include <grandstand/room/store_writer.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::hub {

class AccountNews;
class LoopSessions;
class NodeLink;
class RoomPort;
class RoomRegister;
struct SessionRef;

// The rooms that exist, by name.
using RoomDirectory = std::map<std::string, std::shared_ptr<RoomPort>, std::less<>>;

// What the hub's sessions, rooms and loops share. Kept alive by everything that is posted; stop() takes it apart.
struct Core : identity::AccountObserver, std::enable_shared_from_this<Core> {
  Core(Settings settings, Hub::Context context);
  ~Core() override;

  // On a thread of the accounts.
  void on_changed(const identity::User& user) override;
  void on_ended(const UserId& account, const std::vector<std::uint64_t>& sessions) override;
  void on_disabled(const UserId& account) override;

  // given
  const Settings settings;
  const Hub::Context context;

  // state
  HubMetrics metrics;
  std::unique_ptr<room::StoreWriter> writer;
  std::unique_ptr<NodeLink> link;                    // null: this node is alone
  std::unique_ptr<AccountNews> news;                 // the same; on loop 0
  std::vector<std::unique_ptr<LoopSessions>> loops;  // as in the runtime
  std::unique_ptr<RoomRegister> room_register;
  Published<RoomDirectory> rooms;  // by the register
  std::atomic<std::uint64_t> last_session{0};
  std::atomic<bool> draining{false};

  std::shared_ptr<RoomPort> find_room(const RoomId& id) const;
  // Makes a room of the kind; gives a JSON object for its founder.
  aio::Task<Result<std::string>> found_room(std::string kind, std::string body, identity::User founder) const;
  // Whether somebody may be in the room of a channel; other rooms have doors of their own.
  Status check_door(const RoomId& room, const Visitor& visitor) const;
  // To a session here or on another node; from any thread.
  void send_to(const SessionRef& session, std::string text);
  // Whether this node may put the room's events in order: always, when it is alone.
  bool may_sequence(const RoomId& id) const;
  room::Moment now() const { return {context.clock.steady(), context.clock.utc()}; }
};

// "channel:news" -> "news"; none: the room is not a channel's.
std::optional<ChannelId> channel_of(const RoomId& room);

// The role that counts in a room of the channel, as far as the user's token, if any, is for it; no channel: the one
// everywhere.
identity::Role role_in(const identity::User& user, const std::optional<ChannelId>& channel);

// The user with the role that it has in the room.
identity::User user_in(identity::User user, const RoomId& room);

}  // namespace grandstand::hub
