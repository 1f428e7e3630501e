// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace grandstand::identity {

// How a television without a keyboard gets a session: it shows a code, somebody lets it in on a phone, and it asks
// until it hears so (RFC 8628).
struct DeviceCode {
  static constexpr std::chrono::seconds kLifetime{600};
  static constexpr std::chrono::seconds kInterval{5};  // between two questions of the television
  static constexpr std::size_t kMostWaiting = 10'000;  // televisions, of all nodes

  std::string secret;     // the television's own: 256 random bits, base64url
  std::string user_code;  // eight letters with a dash: "BCDF-GHJK"
};

// What a television that polls hears.
enum class DeviceAnswer : std::uint8_t { kPending, kSlowDown, kDenied, kExpired, kAllowed };

}  // namespace grandstand::identity
