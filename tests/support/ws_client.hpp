// SPDX-License-Identifier: MIT
#pragma once

#include "frame_builder.hpp"
#include "http_client.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand {

// A small WebSocket client that blocks; frames to send are made by frame_builder.hpp, right or wrong.
class WsClient {
 public:
  struct Frame {
    int opcode = -1;  // -1: the connection ended
    std::string payload;

    // Of a close frame; 0 without one.
    int close_code() const {
      if (payload.size() < 2) return 0;
      return static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
    }
  };

  explicit WsClient(std::uint16_t port, std::string_view fields = {}, int receive_buffer = 0)
      : http_(port, receive_buffer) {
    std::string opening =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: grandstand.v1.json\r\n";
    opening += fields;
    http_.send("GET", "/ws", opening);
    response_ = http_.receive();
  }

  const HttpResponse& response() const { return response_; }
  bool open() const { return response_.status == 101; }
  TestSocket& socket() { return http_.socket(); }

  void send_text(std::string_view text) { socket().write(frame(kText, text)); }

  Frame receive() {
    const auto head = socket().take(2);
    if (!head) return {};
    std::uint64_t length = static_cast<std::uint8_t>((*head)[1]);
    const int length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (length_bytes > 0) {
      const auto bytes = socket().take(static_cast<std::size_t>(length_bytes));
      if (!bytes) return {};
      length = 0;
      for (const char byte : *bytes) length = length << 8 | static_cast<std::uint8_t>(byte);
    }
    auto payload = socket().take(length);
    if (!payload) return {};
    return {(*head)[0] & 0x0F, std::move(*payload)};
  }
  // The next text message; empty when the connection ended or closes.
  std::string receive_text() {
    while (true) {
      const auto next = receive();
      if (next.opcode == kText) return next.payload;
      if (next.opcode == kClose || next.opcode == -1) return {};
    }
  }

 private:
  HttpClient http_;
  HttpResponse response_;
};

}  // namespace grandstand
