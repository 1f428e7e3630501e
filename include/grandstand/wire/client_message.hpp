// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace grandstand::wire {

// What a client sends (docs/protocol.md). `id` is the client's number for the request; the reply carries it.

// A guest's wished name and the secret that makes it the same guest next time.
struct GuestClaim {
  std::string name;
  std::string token;
  friend bool operator==(const GuestClaim&, const GuestClaim&) = default;
};

// Who the session is. Neither guest nor token: whom the page's cookie names, or a silent spectator.
struct Hello {
  std::int64_t id = 0;
  std::optional<GuestClaim> guest;
  std::string token;
  friend bool operator==(const Hello&, const Hello&) = default;
};

// A place in a room's order of stored events.
struct Position {
  std::string epoch;
  std::uint64_t offset = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

struct Join {
  std::int64_t id = 0;
  RoomId room;
  std::optional<Position> since;
  std::string ticket;  // lets in where not everybody may come; empty: none
  friend bool operator==(const Join&, const Join&) = default;
};

struct Leave {
  std::int64_t id = 0;
  RoomId room;
  friend bool operator==(const Leave&, const Leave&) = default;
};

struct CommandMessage {
  std::int64_t id = 0;
  RoomId room;
  std::string name;                   // "chat.send"
  std::string key;                    // idempotency key
  std::optional<UtcTime> media_time;  // what the sender was seeing
  std::string body;                   // the feature's own JSON object, as text
  friend bool operator==(const CommandMessage&, const CommandMessage&) = default;
};

// Makes a room.
struct Found {
  std::int64_t id = 0;
  std::string kind;  // "party"
  std::string body;  // as of a command
  friend bool operator==(const Found&, const Found&) = default;
};

struct Ping {
  double client_time = 0;
  friend bool operator==(const Ping&, const Ping&) = default;
};

using ClientMessage = std::variant<Hello, Join, Leave, CommandMessage, Found, Ping>;

struct DecodedMessage {
  std::optional<std::int64_t> id;  // also of a message that is wrong otherwise, so that the error finds its request
  Result<ClientMessage> message;
};

inline constexpr std::size_t kMaxMessageBytes = 64u << 10;  // whatever the settings say
inline constexpr int kMaxJsonDepth = 16;
inline constexpr std::size_t kMaxJsonValues = 500;  // those who read a body look through all keys for each of them
inline constexpr std::size_t kMaxKeyLength = 64;
inline constexpr std::size_t kMaxTicketLength = 3'072;  // the token of a signed address

// Unknown keys are ignored. Errors name the key, what is wrong and what was expected.
DecodedMessage decode_client_message(std::string_view text);
std::string encode_client_message(const ClientMessage& message);

}  // namespace grandstand::wire
