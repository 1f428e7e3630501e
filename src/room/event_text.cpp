// SPDX-License-Identifier: MIT
#include <grandstand/room/event_text.hpp>
#include <grandstand/wire/server_message.hpp>

namespace grandstand::room {

void append_event(std::string& out, const RoomId& room, const Event& event) {
  wire::EventView view{room.value(),      event.epoch,      event.offset, event.kind,
                       event.server_time, event.media_time, {},           event.body};
  if (event.user) view.user = wire::UserView{event.user->id.value(), event.user->name, to_string(event.user->role)};
  wire::append_event(out, view);
}

std::string event_text(const RoomId& room, const Event& event) {
  std::string text;
  text.reserve(256 + event.body.size());
  append_event(text, room, event);
  return text;
}

}  // namespace grandstand::room
