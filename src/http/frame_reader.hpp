// SPDX-License-Identifier: MIT
#pragma once

#include "utf8_checker.hpp"

#include <grandstand/wire/close_codes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// What a client's frames mean. Called from within FrameReader::feed; the views are valid during the call.
class FrameListener {
 public:
  virtual ~FrameListener() = default;
  virtual void on_text(std::string_view message) = 0;  // complete, well-formed UTF-8
  virtual void on_ping(std::string_view payload) = 0;
  virtual void on_pong(std::string_view payload) = 0;
  virtual void on_close(std::optional<std::uint16_t> code, std::string_view reason) = 0;
};

// Reads the frames of a WebSocket client (RFC 6455 5) from bytes in any cuts. Nothing is negotiated, so reserved bits
// are errors; messages are text only. Keeps nothing but the unfinished frame or message, so an idle reader costs no
// buffer.
//
// Owner: a connection.   Runs on: its loop.   Pure.
class FrameReader {
 public:
  struct Failure {
    wire::CloseCode code;
    std::string_view reason;  // a constant
  };

  explicit FrameReader(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  // Unmasks in place. After a failure or a close frame, nothing is read any more.
  std::optional<Failure> feed(std::span<std::uint8_t> bytes, FrameListener& listener);

 private:
  enum class Opcode : std::uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

  std::optional<Failure> take_header_byte(std::uint8_t byte);
  std::optional<Failure> begin_frame();
  std::optional<Failure> take_payload(std::span<std::uint8_t> piece, FrameListener& listener);
  std::optional<Failure> end_frame(std::string_view whole, FrameListener& listener);
  std::optional<Failure> end_control_frame(std::string_view payload, FrameListener& listener);
  static std::optional<Failure> check_close(std::string_view payload);
  bool is_control() const { return static_cast<std::uint8_t>(opcode_) >= 8; }

  std::size_t max_message_bytes_;

  // the frame
  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_size_ = 0;
  std::uint8_t header_needed_ = 2;
  bool in_payload_ = false;
  bool final_ = false;
  bool ended_ = false;  // closed or failed
  Opcode opcode_ = Opcode::kText;
  std::uint64_t length_ = 0;
  std::uint64_t received_ = 0;
  std::array<std::uint8_t, 4> mask_{};
  std::string control_;  // payload of a control frame that came in pieces

  // the message
  bool in_message_ = false;
  std::string message_;  // what came of it, when it came in pieces
  Utf8Checker utf8_;
};

}  // namespace grandstand::http
