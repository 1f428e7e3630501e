// SPDX-License-Identifier: MIT
#include "node_link.hpp"

#include "core.hpp"
#include "loop_sessions.hpp"
#include "remote_room.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/log.hpp>

#include <chrono>
#include <utility>

namespace grandstand::hub {
namespace {

// What is lost in many pieces is told of once.
constexpr std::chrono::milliseconds kSettle{250};

std::string owner_subject(const RoomId& room) {
  return "grandstand.owner." + room.value();
}
// Of its owner: one that was cut off or stood still is not heard by those who know the next.
std::string members_subject(const std::string& owner, const RoomId& room) {
  return "grandstand.members." + owner + "." + room.value();
}
std::string node_subject(const std::string& node) {
  return "grandstand.node." + node;
}

}  // namespace

NodeLink::NodeLink(Core& core, cluster::Bus& bus, cluster::Leases& leases)
    : core_(core), bus_(bus), leases_(leases), node_(std::make_shared<const std::string>(leases.node())) {
  inbox_ = subscribe(node_subject(*node_), [this](const NodeMessage& message) { hear(message); });
  reconnected_ = bus.on_reconnected(core.context.runtime.loop(0), [this] {
    const auto weak = core_.weak_from_this();
    if (weak.expired() || std::exchange(hole_, true)) return;
    aio::run_after(core_.context.runtime.loop(0), kSettle, [weak] {
      if (const auto core = weak.lock()) core->link->tell_of_hole();
    });
  });
}

void NodeLink::tell_of_hole() {
  hole_ = false;
  const auto rooms = core_.rooms.load();
  for (const auto& [name, room] : *rooms) room->may_have_missed();
}

cluster::Bus::Subscription NodeLink::subscribe(const std::string& subject, Hear hear) {
  return bus_.subscribe(subject, core_.context.runtime.loop(0),
                        [subject, hear = std::move(hear)](std::string_view text) {
                          if (const auto message = decode_node_message(text)) return hear(*message);
                          log::warning("hub", "Another node's message was not understood", {{"subject", subject}});
                        });
}

cluster::Bus::Subscription NodeLink::listen_for_room(const RoomId& room, Hear hear) {
  return subscribe(owner_subject(room), std::move(hear));
}

cluster::Bus::Subscription NodeLink::listen_to_room(const RoomId& room, const std::string& owner, Hear hear) {
  return subscribe(members_subject(owner, room), std::move(hear));
}

void NodeLink::ask_owner(const RoomId& room, const NodeMessage& message) {
  bus_.publish(owner_subject(room), encode_node_message(message));
}

void NodeLink::tell_members(const RoomId& room, const NodeMessage& message) {
  bus_.publish(members_subject(*node_, room), encode_node_message(message));
}

void NodeLink::tell_node(const std::string& node, const NodeMessage& message) {
  bus_.publish(node_subject(node), encode_node_message(message));
}

// Answers to sessions here.
void NodeLink::hear(const NodeMessage& message) {
  if (const auto* text = std::get_if<SessionText>(&message)) {
    if (text->loop < core_.loops.size()) core_.loops[text->loop]->send_to(SessionId(text->session), text->text);
  } else if (const auto* answer = std::get_if<JoinAnswer>(&message)) {
    const auto room = std::dynamic_pointer_cast<RemoteRoom>(core_.find_room(answer->room));
    if (room && answer->reply.loop < core_.loops.size()) room->on_answer(*answer);
  }
}

}  // namespace grandstand::hub
