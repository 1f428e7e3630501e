// SPDX-License-Identifier: MIT
#include <grandstand/social/message_id.hpp>

#include <algorithm>
#include <charconv>

namespace grandstand::social {

namespace {

constexpr std::uint64_t kLargestOffset = std::uint64_t{1} << 53;

}  // namespace

std::string to_string(const MessageId& id) {
  return id.epoch + ":" + std::to_string(id.offset);
}

std::optional<MessageId> parse_message_id(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 64) return std::nullopt;
  MessageId id{std::string(text.substr(0, colon)), 0};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, id.offset);
  if (error != std::errc{} || stop != end || id.offset > kLargestOffset) return std::nullopt;
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!std::ranges::all_of(id.epoch, plain)) return std::nullopt;
  return id;
}

}  // namespace grandstand::social
