// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/shared_rate.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::identity {

// What a bot's token may be used for; each action of the table of permissions needs one of them.
enum class TokenScope : std::uint8_t {
  kNone,  // no token will do: what only people do
  kChat,
  kReactions,
  kPolls,
  kModeration,  // also to hear what moderators hear
  kWebhooks,
};
inline constexpr std::array kTokenScopes{TokenScope::kChat, TokenScope::kReactions, TokenScope::kPolls,
                                         TokenScope::kModeration, TokenScope::kWebhooks};
std::string_view to_string(TokenScope scope);  // "none", "chat", "reactions", "polls", "moderation", "webhooks"
std::optional<TokenScope> parse_token_scope(std::string_view text);  // not "none"

// What one token lets its bot do, at most: the scopes, and only in the channel, if there is one.
struct TokenGrant {
  std::string name;
  std::vector<TokenScope> scopes;
  std::optional<ChannelId> channel;
  std::optional<UtcTime> expires_at;
  // Of the bot: all its requests, commands and sign-ins on this node, whatever token and connection they come by.
  std::shared_ptr<SharedRate> rate = {};
  UserId owner = {};  // the account that the bot belongs to

  bool has(TokenScope scope) const;
  bool reaches(const ChannelId& somewhere) const { return !channel || *channel == somewhere; }
  bool expired(UtcTime now) const { return expires_at && *expires_at <= now; }
};

}  // namespace grandstand::identity
