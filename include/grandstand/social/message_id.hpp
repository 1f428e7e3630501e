// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::social {

// A chat message's identity, "<epoch>:<offset>" on the wire.
struct MessageId {
  std::string epoch;
  std::uint64_t offset = 0;
  bool operator==(const MessageId&) const = default;
};
std::string to_string(const MessageId& id);
std::optional<MessageId> parse_message_id(std::string_view text);

}  // namespace grandstand::social
