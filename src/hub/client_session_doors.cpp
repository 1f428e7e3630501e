// SPDX-License-Identifier: MIT
// The rooms of channels that are not for everybody: who is let in, and who has to go again.
#include "client_session.hpp"
#include "room_port.hpp"

#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::hub {

Status ClientSession::check_door(const RoomId& room, std::string_view token) const {
  return core_->check_door(room, {user_, address_, token});
}

std::string ClientSession::take_token(wire::Join& join, const Membership* membership) const {
  if (!channel_of(join.room)) return {};  // its feature reads the ticket
  auto token = std::exchange(join.ticket, {});
  if (token.empty() && membership != nullptr) token = membership->token;
  // What opens nothing is not kept.
  if (!token.empty() && check_door(join.room, {}).ok()) token.clear();
  return token;
}

void ClientSession::leave_closed_rooms() {
  const auto closed = leave_where(
      [this](const Membership& membership) { return !check_door(membership.room->id(), membership.token).ok(); });
  for (const auto& room : closed) {
    core_->metrics.doors_closed.add();
    send(wire::encode_moved(room->id().value()));
  }
}

void ClientSession::look_at_tokens() {
  if (std::ranges::any_of(memberships_, [](const Membership& m) { return !m.token.empty(); })) leave_closed_rooms();
}

}  // namespace grandstand::hub
