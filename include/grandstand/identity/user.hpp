// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::identity {

// Each may what those before it may. Member, moderator and creator are roles in single channels, too; all but guest and
// admin can be given there.
enum class Role { kGuest, kViewer, kMember, kModerator, kCreator, kAdmin };
std::string_view to_string(Role role);  // "guest", "viewer", "member", "moderator", "creator", "admin"
std::optional<Role> parse_role(std::string_view text);

// What an account is in one channel.
struct ChannelStanding {
  Role role = Role::kViewer;
  std::optional<UtcTime> follower_since;
};
using ChannelStandings = std::map<ChannelId, ChannelStanding>;

// At most so many channels an account follows, and in so many it has a role.
inline constexpr std::size_t kMostFollowed = 200, kMostChannelRoles = 200;

struct TokenGrant;

// Who somebody is, for as long as a session lasts.
struct User {
  UserId id;         // "account:17", "bot:18" or "guest:<token digest>"
  std::string name;  // shown to others
  Role role = Role::kGuest;
  std::optional<UtcTime> since = {};                      // when the account was made; none: a guest
  std::shared_ptr<const ChannelStandings> channels = {};  // may be null
  std::uint64_t session = 0;                              // of the account, by which it is listed and ended; 0: none
  std::shared_ptr<const TokenGrant> grant = {};           // what the token of a bot allows; null: no token
  bool is_guest() const { return role == Role::kGuest; }
  bool is_bot() const { return id.value().starts_with("bot:"); }

  // The higher one of the role everywhere and that in the channel.
  Role role_in(const ChannelId& channel) const;
  std::optional<UtcTime> follower_since(const ChannelId& channel) const;
};

// The name as it is shown and kept: trimmed, NFC, inner white space collapsed. Errors say what is wrong: 1..32
// characters, no control, bidi or invisible characters.
Result<std::string> normalise_name(std::string_view name);

// What two names share when people would take one for the other (case-folded confusable skeleton, UTS #39): the unique
// key.
std::string name_key(std::string_view normalised_name);

}  // namespace grandstand::identity
