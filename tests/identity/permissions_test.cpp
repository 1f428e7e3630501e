// SPDX-License-Identifier: MIT
// The table of permissions: its page, and what the rules make of it. Every command and request is tried with every role
// in tests/social/permissions_test.cpp and tests/http/permissions_test.cpp.
#include "golden.hpp"

#include <grandstand/identity/permissions.hpp>

#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace grandstand::identity {
namespace {

constexpr Role kRoles[] = {Role::kGuest, Role::kViewer, Role::kMember, Role::kModerator, Role::kCreator, Role::kAdmin};

bool is_request(const Permission& permission) {
  return permission.action.find(' ') != std::string_view::npos;
}

void write_table(std::ostream& out, bool requests) {
  out << "\n| action | counts | guest | viewer | member | moderator | creator | admin | token "
         "|\n|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& permission : kPermissions) {
    if (is_request(permission) != requests) continue;
    out << "| `" << permission.action << "` | "
        << (permission.least == Role::kGuest      ? ""
            : permission.scope == Scope::kChannel ? "in the channel"
                                                  : "everywhere")
        << " |";
    for (const Role role : kRoles) out << (role >= permission.least ? " yes |" : " |");
    const bool is_open = requests && permission.least == Role::kGuest;
    out << ' ' << (is_open ? "any" : to_string(permission.token)) << " |\n";
  }
}

TEST(Permissions, ArePublishedAsAPage) {
  std::ostringstream page;
  page << "# Permissions\n\n"
          "Who may do what. Made from include/grandstand/identity/permissions.hpp by the test "
          "Permissions.ArePublishedAsAPage\n"
          "(GRANDSTAND_UPDATE_GOLDEN=1 renews it); other tests try each line with each role.\n\n"
          "Each role may what those before it may. Where a role counts *in the channel*, it is the higher one of the "
          "role\n"
          "everywhere and the role in that channel. Guests have no account; over HTTP that is whoever is not signed "
          "in.\n"
          "Creators of a channel make members and moderators there; admins give all roles, but none to themselves.\n\n"
          "A bot's token never allows more than what its account may: *token* is the scope that it needs besides the "
          "role,\n"
          "*none* is for people only. Without the scope moderation a bot that is a moderator counts as a member where "
          "less\n"
          "than a moderator is needed, and hears nothing of what moderators hear.\n\n"
          "## Commands in rooms\n";
  write_table(page, false);
  page << "\n## Requests of the API\n";
  write_table(page, true);
  test::expect_golden("../docs/permissions.md", page.str());
}

TEST(Permissions, NameEachActionOnce) {
  std::set<std::string_view> actions;
  for (const auto& permission : kPermissions)
    EXPECT_TRUE(actions.insert(permission.action).second) << permission.action;
}

TEST(Permissions, CountInTheChannelOnlyWhereTheTableSaysSo) {
  const ChannelId news("news"), sport("sport");
  User user{UserId("account:1"), "Ada", Role::kViewer};
  user.channels = std::make_shared<ChannelStandings>(ChannelStandings{{news, {Role::kCreator, {}}}});
  const Permission here{"x", Role::kModerator, Scope::kChannel}, everywhere{"x", Role::kModerator};
  EXPECT_TRUE(check_permission(user, here, news).ok());
  EXPECT_FALSE(check_permission(user, here, sport).ok());
  EXPECT_FALSE(check_permission(user, everywhere, news).ok());
  EXPECT_EQ(check_permission(user, here, sport).error().message,
            "this needs the role moderator in the channel; yours is viewer");
}

// Each scope against each line of the table, in the token's channel, in another, and without one.
TEST(Permissions, OfTokensAreTheirScopesWithinTheirChannelAndTheAccountsRole) {
  const ChannelId news("news"), sport("sport");
  for (const auto& permission : kPermissions) {
    const bool is_open = is_request(permission) && permission.least == Role::kGuest;
    for (const TokenScope scope : kTokenScopes) {
      for (const auto& channel : {std::optional<ChannelId>(), std::optional(news), std::optional(sport)}) {
        for (const Role role : kRoles) {
          User bot{UserId("bot:1"), "Bot", Role::kViewer};
          bot.channels = std::make_shared<ChannelStandings>(ChannelStandings{{news, {role, {}}}});
          bot.grant = std::make_shared<TokenGrant>(TokenGrant{"t", {scope}, channel, {}});
          const bool here = permission.scope == Scope::kChannel;
          const Role counts = here ? bot.role_in(news) : bot.role;
          const bool reaches = !channel || (here && *channel == news);
          const bool expected = is_open || (permission.token == scope && reaches && counts >= permission.least);
          EXPECT_EQ(check_permission(bot, permission, news).ok(), expected)
              << permission.action << " with " << to_string(scope) << " as " << to_string(role);
        }
      }
    }
  }
}

TEST(Permissions, ABotIsAModeratorOnlyWithATokenForIt) {
  const ChannelId news("news"), sport("sport");
  User bot{UserId("bot:1"), "Bot", Role::kViewer};
  bot.channels = std::make_shared<ChannelStandings>(
      ChannelStandings{{news, {Role::kCreator, {}}}, {sport, {Role::kModerator, {}}}});
  const auto with = [&](std::vector<TokenScope> scopes, std::optional<ChannelId> channel = {}) {
    bot.grant = std::make_shared<TokenGrant>(TokenGrant{"t", std::move(scopes), std::move(channel), {}});
  };
  const auto* const send = find_permission("chat.send");
  const auto* const open = find_permission("polls.open");
  EXPECT_EQ(find_permission("chat.shout"), nullptr);
  EXPECT_EQ(acting_role(bot, news), Role::kCreator);
  with({TokenScope::kChat, TokenScope::kPolls});
  EXPECT_EQ(acting_role(bot, news), Role::kMember);
  EXPECT_EQ(acting_role(bot, news, send), Role::kMember);
  EXPECT_EQ(acting_role(bot, news, open), Role::kCreator);
  with({TokenScope::kModeration}, news);
  EXPECT_EQ(acting_role(bot, news), Role::kCreator);
  EXPECT_EQ(acting_role(bot, news, send), Role::kCreator);
  EXPECT_EQ(acting_role(bot, sport), Role::kViewer);
}

// Whoever gives, whoever gets, whatever before and after: nobody rises to his giver, nobody above him falls.
TEST(Permissions, NobodyButAdminsTouchesRolesThatAreNotBelowHisOwn) {
  const ChannelId news("news");
  for (const Role own : kRoles) {
    for (const Role before : kRoles) {
      for (const Role after : kRoles) {
        const User giver{UserId("account:1"), "Giver", own}, target{UserId("account:2"), "Target", before};
        const bool gift = check_channel_gift(giver, news, target, after).ok();
        const bool possible = after != Role::kGuest && after != Role::kAdmin;
        const bool expected =
            possible && (own == Role::kAdmin || (own == Role::kCreator && after < own && before < own));
        EXPECT_EQ(gift, expected) << to_string(own) << to_string(before) << to_string(after);
        EXPECT_EQ(check_gift(giver, target, after).ok(), own == Role::kAdmin && after != Role::kGuest);
      }
    }
  }
}

}  // namespace
}  // namespace grandstand::identity
