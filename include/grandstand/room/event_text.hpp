// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/room/event.hpp>

#include <string>

namespace grandstand::room {

// Appends the event as it goes over the wire (docs/protocol.md): one JSON object.
void append_event(std::string& out, const RoomId& room, const Event& event);

// The same alone.
std::string event_text(const RoomId& room, const Event& event);

}  // namespace grandstand::room
