// SPDX-License-Identifier: MIT
#pragma once

#include "node_messages.hpp"

#include <grandstand/cluster/bus.hpp>
#include <grandstand/cluster/leases.hpp>

#include <functional>
#include <string>

namespace grandstand::hub {

struct Core;

// The hub's way to the hubs of other nodes. Everything that comes in comes on loop 0, so that what one node says keeps
// its order on its way to any session.
//
// Owner: Core.   Runs on: loop 0 for what comes in; the rest from any thread.   Stops: with Core.
class NodeLink {
 public:
  using Hear = std::function<void(const NodeMessage& message)>;

  NodeLink(Core& core, cluster::Bus& bus, cluster::Leases& leases);

  const std::shared_ptr<const std::string>& node() const { return node_; }
  bool connected() const { return bus_.connected(); }
  bool holds(const RoomId& room) const { return leases_.holds(room.value()); }

  // For the room's owner, and for those who have members of it.
  [[nodiscard]] cluster::Bus::Subscription listen_for_room(const RoomId& room, Hear hear);
  [[nodiscard]] cluster::Bus::Subscription listen_to_room(const RoomId& room, const std::string& owner, Hear hear);
  void ask_owner(const RoomId& room, const NodeMessage& message);
  void tell_members(const RoomId& room, const NodeMessage& message);
  void tell_node(const std::string& node, const NodeMessage& message);

 private:
  cluster::Bus::Subscription subscribe(const std::string& subject, Hear hear);
  void hear(const NodeMessage& message);
  void tell_of_hole();

  Core& core_;
  cluster::Bus& bus_;
  cluster::Leases& leases_;
  std::shared_ptr<const std::string> node_;
  bool hole_ = false;  // messages may be lost, which nobody is told yet
  cluster::Bus::Subscription inbox_, reconnected_;
};

}  // namespace grandstand::hub
