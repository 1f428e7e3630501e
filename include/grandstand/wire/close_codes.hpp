// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace grandstand::wire {

// WebSocket close codes (RFC 6455 7.4). After which of them clients come back, and when, is in docs/protocol.md.
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,  // the daemon stops: reconnect after the delay that the drain message gave
  kProtocolError = 1002,
  kUnsupportedData = 1003,  // a binary message
  kInvalidPayload = 1007,   // not UTF-8
  kMessageTooBig = 1009,
  kUnauthenticated = 4001,
  kTooSlow = 4008,      // the reader did not keep up: reconnect and resume
  kIdle = 4009,         // nothing heard for too long
  kRateLimited = 4029,  // too many messages: do not reconnect at once
  kForbidden = 4403,    // the account is disabled
};

}  // namespace grandstand::wire
