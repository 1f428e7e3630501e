// SPDX-License-Identifier: MIT
#include "frame_writer.hpp"

#include <grandstand/base/assert.hpp>

#include <string>

namespace grandstand::http {
namespace {

constexpr std::size_t kMaxControlPayload = 125;
constexpr char kClose = '\x88';
constexpr char kPing = '\x89';
constexpr char kPong = '\x8A';

SharedBytes make_control_frame(char first, std::string_view payload) {
  GRANDSTAND_ASSERT(payload.size() <= kMaxControlPayload);
  std::string frame;
  frame.reserve(2 + payload.size());
  frame += first;
  frame += static_cast<char>(payload.size());
  frame += payload;
  return SharedBytes(std::move(frame));
}

}  // namespace

SharedBytes make_ping_frame() {
  return make_control_frame(kPing, {});
}

SharedBytes make_pong_frame(std::string_view payload) {
  return make_control_frame(kPong, payload);
}

SharedBytes make_close_frame(wire::CloseCode code, std::string_view reason) {
  if (reason.size() > kMaxControlPayload - 2) {
    std::size_t length = kMaxControlPayload - 2;
    while (length > 0 && (static_cast<unsigned char>(reason[length]) & 0xC0) == 0x80) --length;
    reason = reason.substr(0, length);
  }
  const auto number = static_cast<std::uint16_t>(code);
  std::string payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
  payload += reason;
  return make_control_frame(kClose, payload);
}

SharedBytes make_empty_close_frame() {
  return make_control_frame(kClose, {});
}

}  // namespace grandstand::http
