// SPDX-License-Identifier: MIT
#include "ws_sender.hpp"

#include "loop_socket.hpp"
#include "ws_connection.hpp"

namespace grandstand::http {

void WsSender::send(const SharedBytes& frame, hub::TrafficClass traffic_class) {
  if (path_ == Path::kNowhere) return;
  std::size_t sent = 0;
  if (path_ == Path::kSocket) {
    const auto result = send_some(descriptor_, frame.data(), frame.size());
    sent = result.bytes;
    // The outstanding read reports the end of a broken connection; here, nothing may call back.
    if (sent == frame.size() || result.outcome == SendOutcome::kFailed) return;
  }
  connection_.enqueue(frame, sent, traffic_class);
}

void WsSender::close(wire::CloseCode code, std::string_view reason) {
  connection_.close(code, reason);
}

}  // namespace grandstand::http
