// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/wire/close_codes.hpp>

#include <cstddef>
#include <string_view>

namespace grandstand::hub {

// What becomes of a message when the reader does not keep up (social.md 3.2): kConflatable is dropped at half of the
// queue, everything else closes the connection with kTooSlow when the queue is full.
enum class TrafficClass { kControl, kChat, kConflatable };

// One connection as the hub sees it; implemented by http. All calls on the connection's loop.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends a complete WebSocket frame (wire/frame.hpp), at once if the socket takes it, else from the bounded queue.
  // Never calls back into the hub from within; a connection that has to be closed for it reports that later.
  virtual void send(const SharedBytes& frame, TrafficClass traffic_class) = 0;

  // Starts the closing handshake; nothing is sent after it.
  virtual void close(wire::CloseCode code, std::string_view reason) = 0;
};

}  // namespace grandstand::hub
