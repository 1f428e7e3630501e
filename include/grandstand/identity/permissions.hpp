// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/identity/token_grant.hpp>
#include <grandstand/identity/user.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace grandstand::identity {

// Where the role counts that an action needs.
enum class Scope {
  kEverywhere,
  kChannel,  // the higher one of the role everywhere and that in the channel (User::role_in)
};

// One thing that somebody may do: a command of a room ("chat.send") or a request of the API ("GET /api/v1/me", with the
// variable parts of the path in angle brackets). Least role guest: everybody; over HTTP, without signing in.
struct Permission {
  std::string_view action;
  Role least = Role::kGuest;
  Scope scope = Scope::kEverywhere;
  TokenScope token = TokenScope::kNone;  // what a bot's token must be for; requests that anybody may make need none
};

// All there are; docs/permissions.md is made of it. Tests hold that the features' commands and the API's routes are
// these and no others, and try each with every role.
// clang-format off
inline constexpr auto kPermissions = std::to_array<Permission>({
    // Commands of rooms, in the order of the features.
    {"chat.send",                                         Role::kGuest,     Scope::kChannel, TokenScope::kChat},
    {"chat.edit",                                         Role::kGuest,     Scope::kChannel, TokenScope::kChat},
    {"chat.pin",                                          Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"chat.unpin",                                        Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"chat.delete",                                       Role::kGuest,     Scope::kChannel, TokenScope::kChat},
    {"chat.typing",                                       Role::kGuest,     Scope::kChannel, TokenScope::kChat},
    {"reactions.send",                                    Role::kGuest,     Scope::kChannel, TokenScope::kReactions},
    {"house_rules.set_mode",                              Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"house_rules.set_word",                              Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"house_rules.set_link",                              Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"house_rules.set_emote",                             Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"house_rules.release",                               Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"house_rules.reject",                                Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"house_rules.nuke",                                  Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.ban",                                    Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.timeout",                                Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.warn",                                   Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.shadow",                                 Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.unban",                                  Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.delete_all",                             Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.note",                                   Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.resolve",                                Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"moderation.report",                                 Role::kGuest,     Scope::kChannel, TokenScope::kChat},
    {"moderation.acknowledge",                            Role::kGuest,     Scope::kChannel},
    {"moderation.appeal",                                 Role::kGuest,     Scope::kChannel},
    {"polls.open",                                        Role::kModerator, Scope::kChannel, TokenScope::kPolls},
    {"polls.vote",                                        Role::kViewer,    Scope::kChannel},
    {"polls.close",                                       Role::kModerator, Scope::kChannel, TokenScope::kPolls},
    {"party.move",                                        Role::kGuest,     Scope::kChannel},
    {"party.report",                                      Role::kGuest,     Scope::kChannel},
    {"party.change",                                      Role::kGuest,     Scope::kChannel},
    {"party.vote",                                        Role::kGuest,     Scope::kChannel},
    {"party.appoint",                                     Role::kGuest,     Scope::kChannel},
    {"party.remove",                                      Role::kGuest,     Scope::kChannel},
    {"party.answer",                                      Role::kGuest,     Scope::kChannel},
    {"party.invite",                                      Role::kGuest,     Scope::kChannel},
    {"party.enqueue",                                     Role::kGuest,     Scope::kChannel},
    {"party.favour",                                      Role::kGuest,     Scope::kChannel},
    {"party.dequeue",                                     Role::kGuest,     Scope::kChannel},
    {"party.next",                                        Role::kGuest,     Scope::kChannel},
    {"party.end",                                         Role::kGuest,     Scope::kChannel},
    {"party.leave",                                       Role::kGuest,     Scope::kChannel},
    {"calls.enter",                                       Role::kGuest,     Scope::kChannel},
    {"calls.alive",                                       Role::kGuest,     Scope::kChannel},
    {"calls.update",                                      Role::kGuest,     Scope::kChannel},
    {"calls.signal",                                      Role::kGuest,     Scope::kChannel},
    {"calls.mute",                                        Role::kModerator, Scope::kChannel},
    {"calls.dismiss",                                     Role::kModerator, Scope::kChannel},
    {"calls.leave",                                       Role::kGuest,     Scope::kChannel},
    {"couch.show",                                        Role::kViewer,    Scope::kChannel},
    {"couch.press",                                       Role::kViewer,    Scope::kChannel},
    {"couch.open",                                        Role::kViewer,    Scope::kChannel},
    {"couch.type",                                        Role::kViewer,    Scope::kChannel},
    {"couch.hide",                                        Role::kViewer,    Scope::kChannel},
    // The API.
    {"GET /api/v1/version",                               Role::kGuest},
    {"GET /api/v1/openapi.json",                          Role::kGuest},
    {"GET /api/v1/asyncapi.json",                         Role::kGuest},
    {"GET /api/v1/channels",                              Role::kGuest},
    {"GET /api/v1/guide",                                 Role::kGuest},
    {"GET /api/v1/guide/now",                             Role::kGuest},
    {"GET /api/v1/guide/sources",                         Role::kAdmin},
    {"GET /api/v1/rooms/<room>/<feature>/<query>",        Role::kGuest},
    {"GET /api/v1/features/<feature>/<query>",            Role::kGuest},
    {"GET /api/v1/events",                                Role::kGuest},
    {"POST /api/v1/events/<stream>",                      Role::kGuest},
    {"GET /api/v1/providers",                             Role::kGuest},
    {"GET /api/v1/providers/<provider>/sign_in",          Role::kGuest},
    {"GET /api/v1/providers/<provider>/callback",         Role::kGuest},
    {"POST /api/v1/providers/<provider>/logout",          Role::kGuest},
    {"POST /api/v1/accounts",                             Role::kGuest},
    {"GET /api/v1/accounts",                              Role::kViewer,    Scope::kEverywhere, TokenScope::kModeration},
    {"PUT /api/v1/accounts/<account>/role",               Role::kAdmin},
    {"PUT /api/v1/accounts/<account>/disabled",           Role::kAdmin},
    {"DELETE /api/v1/accounts/<account>/disabled",        Role::kAdmin},
    {"GET /api/v1/accounts/<account>",                    Role::kGuest},
    {"GET /api/v1/accounts/<account>/picture",            Role::kGuest},
    {"GET /api/v1/me",                                    Role::kGuest},
    {"PUT /api/v1/me/name",                               Role::kViewer},
    {"PUT /api/v1/me/picture",                            Role::kViewer},
    {"DELETE /api/v1/me/picture",                         Role::kViewer},
    {"GET /api/v1/me/providers",                          Role::kViewer},
    {"POST /api/v1/me/providers/<provider>",              Role::kViewer},
    {"DELETE /api/v1/me/providers/<provider>",            Role::kViewer},
    {"GET /api/v1/me/blocks",                             Role::kViewer},
    {"PUT /api/v1/me/blocks/<user>",                      Role::kViewer},
    {"DELETE /api/v1/me/blocks/<user>",                   Role::kViewer},
    {"PUT /api/v1/me/password",                           Role::kViewer},
    {"GET /api/v1/bots",                                  Role::kViewer},
    {"POST /api/v1/bots",                                 Role::kViewer},
    {"DELETE /api/v1/bots/<bot>",                         Role::kViewer},
    {"POST /api/v1/bots/<bot>/tokens",                    Role::kViewer},
    {"DELETE /api/v1/bots/<bot>/tokens/<token>",          Role::kViewer},
    {"POST /api/v1/sessions",                             Role::kGuest},
    {"GET /api/v1/sessions",                              Role::kViewer},
    {"DELETE /api/v1/sessions",                           Role::kViewer},
    {"DELETE /api/v1/sessions/current",                   Role::kViewer},
    {"DELETE /api/v1/sessions/<session>",                 Role::kViewer},
    {"POST /api/v1/device_codes",                         Role::kGuest},
    {"GET /api/v1/device_codes/<code>",                   Role::kGuest},
    {"PUT /api/v1/device_codes/<code>",                   Role::kGuest},
    {"POST /api/v1/device_sessions",                      Role::kGuest},
    {"GET /api/v1/channels/<channel>/emotes/<emote>",     Role::kGuest},
    {"PUT /api/v1/channels/<channel>/emotes/<emote>",     Role::kModerator, Scope::kChannel},
    {"DELETE /api/v1/channels/<channel>/emotes/<emote>",  Role::kModerator, Scope::kChannel},
    {"PUT /api/v1/channels/<channel>/follow",             Role::kViewer},
    {"DELETE /api/v1/channels/<channel>/follow",          Role::kViewer},
    {"GET /api/v1/channels/<channel>/roles",              Role::kModerator, Scope::kChannel, TokenScope::kModeration},
    {"PUT /api/v1/channels/<channel>/roles/<account>",    Role::kCreator,   Scope::kChannel},
    {"DELETE /api/v1/channels/<channel>/roles/<account>", Role::kCreator,   Scope::kChannel},
    {"GET /api/v1/channels/<channel>/webhooks",             Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"POST /api/v1/channels/<channel>/webhooks",            Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"PUT /api/v1/channels/<channel>/webhooks/<webhook>",   Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"DELETE /api/v1/channels/<channel>/webhooks/<webhook>", Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"POST /api/v1/channels/<channel>/webhooks/<webhook>/secret", Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"GET /api/v1/channels/<channel>/webhooks/<webhook>/deliveries", Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"POST /api/v1/channels/<channel>/webhooks/<webhook>/deliveries", Role::kCreator,   Scope::kChannel, TokenScope::kWebhooks},
    {"POST /api/v1/channels/<channel>/source",            Role::kAdmin},
    {"GET /api/v1/monitor",                               Role::kAdmin},
    {"GET /api/v1/monitor/<channel>",                     Role::kAdmin},
    {"GET /api/v1/monitor/<channel>/thumbnail.jpg",       Role::kAdmin},
});
// clang-format on

// The row of the table; what is not in it does not compile.
consteval Permission permission(std::string_view action) {
  const auto found = std::ranges::find(kPermissions, action, &Permission::action);
  if (found == kPermissions.end()) throw "this action is not in the table of permissions";
  return *found;
}

// The row of an action that comes from outside; null: there is none.
const Permission* find_permission(std::string_view action);

// kForbidden with a sentence for whoever asks, unless the user has the role and, when he is here by a bot's token, that
// is for it. `channel`: of an action in a channel.
Status check_permission(const User& user, const Permission& permission, const ChannelId& channel = {});

// The role in which a user does something in a channel: a bot whose token is not for moderating is no moderator there,
// nor is one whose token is for another channel. `permission`: of what is done; what needs a moderator anyway is done
// as what the account is.
Role acting_role(const User& user, const ChannelId& channel, const Permission* permission = nullptr);

// The role in a channel, kViewer for none, is one that there is: member, moderator or creator.
Status check_channel_role(Role role);
// Whether `giver` may make `before` a `role` there: creators below their own role, and only whose role is below; admins
// all.
Status check_channel_gift(const User& giver, const ChannelId& channel, const User& before, Role role);
// The same everywhere: admins, but nobody to himself, so that one admin is always left.
Status check_gift(const User& giver, const User& before, Role role);

}  // namespace grandstand::identity
