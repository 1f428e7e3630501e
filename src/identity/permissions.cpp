// SPDX-License-Identifier: MIT
#include <grandstand/identity/permissions.hpp>

#include <algorithm>

namespace grandstand::identity {
namespace {

Error forbidden(std::string message) {
  return Error{ErrorCode::kForbidden, std::move(message)};
}

// Over HTTP what needs no account needs no token either.
bool is_open(const Permission& permission) {
  return permission.least == Role::kGuest && permission.action.find(' ') != std::string_view::npos;
}

Status check_grant(const TokenGrant& grant, const Permission& permission, const ChannelId& channel) {
  if (is_open(permission)) return success();
  if (permission.token == TokenScope::kNone) return forbidden("no token is for this: only people do it");
  if (!grant.has(permission.token))
    return forbidden("this needs a token with the scope \"" + std::string(to_string(permission.token)) + "\"");
  if (!grant.reaches(permission.scope == Scope::kChannel ? channel : ChannelId()))
    return forbidden("the token is for the channel " + grant.channel->value() + " only");
  return success();
}

}  // namespace

const Permission* find_permission(std::string_view action) {
  const auto found = std::ranges::find(kPermissions, action, &Permission::action);
  return found == kPermissions.end() ? nullptr : &*found;
}

Role acting_role(const User& user, const ChannelId& channel, const Permission* permission) {
  const Role role = user.role_in(channel);
  if (!user.grant) return role;
  if (!user.grant->reaches(channel)) return std::min(role, Role::kViewer);
  const bool moderates =
      user.grant->has(TokenScope::kModeration) || (permission != nullptr && permission->least >= Role::kModerator);
  return moderates ? role : std::min(role, Role::kMember);
}

Status check_permission(const User& user, const Permission& permission, const ChannelId& channel) {
  if (user.grant) {
    GRANDSTAND_RETURN_IF_ERROR(check_grant(*user.grant, permission, channel));
  }
  const Role role = permission.scope == Scope::kChannel ? user.role_in(channel) : user.role;
  if (role >= permission.least) return success();
  return forbidden("this needs the role " + std::string(to_string(permission.least)) +
                   (permission.scope == Scope::kChannel ? " in the channel" : "") + "; yours is " +
                   std::string(to_string(role)));
}

Status check_channel_role(Role role) {
  if (role == Role::kGuest || role == Role::kAdmin)
    return Error{ErrorCode::kInvalidArgument, "\"" + std::string(to_string(role)) +
                                                  "\" is no role in a channel; expected viewer (for none), member, "
                                                  "moderator or creator"};
  return success();
}

Status check_channel_gift(const User& giver, const ChannelId& channel, const User& before, Role role) {
  GRANDSTAND_RETURN_IF_ERROR(check_channel_role(role));
  if (giver.role == Role::kAdmin) return success();
  const Role own = giver.role_in(channel);
  if (own < Role::kCreator) return forbidden("only creators of the channel and admins give roles in it");
  if (role >= own) return forbidden("a " + std::string(to_string(own)) + " gives roles below his own only");
  if (before.role_in(channel) >= own)
    return forbidden(before.name + " is " + std::string(to_string(before.role_in(channel))) +
                     " here: only an admin can change that");
  return success();
}

Status check_gift(const User& giver, const User& before, Role role) {
  if (role == Role::kGuest) return Error{ErrorCode::kInvalidArgument, "an account cannot become a guest"};
  if (giver.role != Role::kAdmin) return forbidden("only admins give roles that count everywhere");
  if (before.is_bot()) return forbidden("a bot has roles in channels only");
  if (giver.id == before.id) return forbidden("nobody changes his own role: ask another admin");
  return success();
}

}  // namespace grandstand::identity
