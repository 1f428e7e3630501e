// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/identity/token_grant.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::identity {

inline constexpr std::size_t kMostBotTokens = 20;  // of one bot

struct BotTokenWish {
  std::string name;                // what its maker knows it by: 1..64 characters, as names of accounts otherwise
  std::vector<TokenScope> scopes;  // at least one
  std::optional<ChannelId> channel;
  std::optional<UtcTime> expires_at;
};

// A token as it is listed: the secret is nowhere any more.
struct BotToken {
  std::uint64_t id = 0;
  BotTokenWish wish;
  UtcTime created_at{};
  std::optional<UtcTime> last_used_at;  // to the minute
};

struct MadeBotToken {
  BotToken token;
  std::string secret;  // "gsb_..."; only its digest is stored
};

struct Bot {
  UserId id;  // "bot:18"
  std::string name;
  UserId owner;
  std::string owner_name;
  UtcTime created_at{};
  std::vector<BotToken> tokens;  // the oldest first
};

}  // namespace grandstand::identity
