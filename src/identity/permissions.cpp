// SPDX-License-Identifier: MIT
#include <grandstand/identity/permissions.hpp>

namespace grandstand::identity {
namespace {

Error forbidden(std::string message) {
  return Error{ErrorCode::kForbidden, std::move(message)};
}

}  // namespace

Status check_permission(const User& user, const Permission& permission, const ChannelId& channel) {
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
  GRANDSTAND_TRY([[maybe_unused]] auto possible, check_channel_role(role));
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
  if (giver.id == before.id) return forbidden("nobody changes his own role: ask another admin");
  return success();
}

}  // namespace grandstand::identity
