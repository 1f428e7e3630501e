// SPDX-License-Identifier: MIT
#include <grandstand/identity/token_grant.hpp>
#include <grandstand/identity/user.hpp>

#include <algorithm>

namespace grandstand::identity {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kGuest:
      return "guest";
    case Role::kViewer:
      return "viewer";
    case Role::kMember:
      return "member";
    case Role::kModerator:
      return "moderator";
    case Role::kCreator:
      return "creator";
    case Role::kAdmin:
      return "admin";
  }
  return "guest";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::kGuest, Role::kViewer, Role::kMember, Role::kModerator, Role::kCreator, Role::kAdmin})
    if (to_string(role) == text) return role;
  return std::nullopt;
}

std::string_view to_string(TokenScope scope) {
  switch (scope) {
    case TokenScope::kNone:
      return "none";
    case TokenScope::kChat:
      return "chat";
    case TokenScope::kReactions:
      return "reactions";
    case TokenScope::kPolls:
      return "polls";
    case TokenScope::kModeration:
      return "moderation";
    case TokenScope::kWebhooks:
      return "webhooks";
  }
  return "none";
}

std::optional<TokenScope> parse_token_scope(std::string_view text) {
  for (const TokenScope scope : kTokenScopes)
    if (to_string(scope) == text) return scope;
  return std::nullopt;
}

bool TokenGrant::has(TokenScope scope) const {
  return std::ranges::find(scopes, scope) != scopes.end();
}

Role User::role_in(const ChannelId& channel) const {
  if (!channels) return role;
  const auto found = channels->find(channel);
  return found == channels->end() ? role : std::max(role, found->second.role);
}

std::optional<UtcTime> User::follower_since(const ChannelId& channel) const {
  if (!channels) return std::nullopt;
  const auto found = channels->find(channel);
  return found == channels->end() ? std::nullopt : found->second.follower_since;
}

}  // namespace grandstand::identity
