// SPDX-License-Identifier: MIT
#include "user_command.hpp"

#include "open_database.hpp"
#include "report.hpp"
#include "unlisted_channels.hpp"

#include <grandstand/identity/accounts.hpp>

#include <cstdio>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

namespace grandstand::app {
namespace {

// Reads one line from standard input, without echo if that is a terminal.
std::string read_password() {
  const bool terminal = isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal) {
    std::fputs("Password: ", stderr);
    tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string password;
  std::getline(std::cin, password);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  return password;
}

// An account is at least a viewer.
std::optional<identity::Role> role_named(std::string_view name) {
  const auto role = identity::parse_role(name);
  return role == identity::Role::kGuest ? std::nullopt : role;
}

void print(const identity::User& user) {
  std::printf("%-12s %-10s %s\n", user.id.value().c_str(), std::string(identity::to_string(user.role)).c_str(),
              user.name.c_str());
}

Error misused(const UserOptions& options, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "user " + options.action + ": " + what};
}

Status act(identity::Accounts& accounts, const UserOptions& options) {
  if (options.action == "list") {
    GRANDSTAND_TRY(auto users, accounts.list_blocking());
    for (const auto& user : users) print(user);
    return success();
  }
  if (options.action == "add") {
    const auto role = role_named(options.role).value_or(identity::Role::kViewer);
    GRANDSTAND_TRY(auto user, accounts.create_blocking(options.name, read_password(), role));
    print(user);
    return success();
  }
  if (options.action == "password") {
    GRANDSTAND_RETURN_IF_ERROR(accounts.set_password_blocking(options.name, read_password()));
    std::printf("%s has a new password.\n", options.name.c_str());
    return success();
  }
  const auto role = role_named(options.role).value();
  GRANDSTAND_RETURN_IF_ERROR(options.channel.empty()
                                 ? accounts.set_role_blocking(options.name, role)
                                 : accounts.set_channel_role_blocking(options.name, ChannelId(options.channel), role));
  std::printf("%s is %s %s.\n", options.name.c_str(), options.role.c_str(),
              options.channel.empty() ? "everywhere" : ("in " + options.channel).c_str());
  return success();
}

}  // namespace

void add_user_options(CLI::App& command, UserOptions& options) {
  command.add_option("action", options.action, "list, add, password or role")
      ->required()
      ->check(CLI::IsMember({"list", "add", "password", "role"}));
  command.add_option("name", options.name, "The account's name");
  command.add_option("role", options.role,
                     "viewer, member, moderator, creator or admin; with add, viewer when it is left out");
  command.add_option("channel", options.channel, "With role: it counts in this channel only; viewer takes it away");
}

Status check_user_options(const UserOptions& options) {
  const bool sets_role = options.action == "role";
  if (options.action == "list") {
    return options.name.empty() ? success() : misused(options, "lists all accounts; expected nothing behind it");
  }
  if (options.name.empty()) return misused(options, "which account? Give its name");
  if (sets_role && options.role.empty()) {
    return misused(options, "which role? Expected viewer, member, moderator, creator or admin");
  }
  if (options.action == "password" && !options.role.empty()) {
    return misused(options, "'" + options.role + "' is too much; the password comes from standard input");
  }
  if (!options.role.empty() && !role_named(options.role)) {
    return misused(options, "'" + options.role + "' is no role; expected viewer, member, moderator, creator or admin");
  }
  if (!sets_role && !options.channel.empty()) {
    return misused(options, "'" + options.channel + "' is too much; a role in one channel is given by `user role`");
  }
  return success();
}

int run_user_command(const config::ServerConfig& config, const UserOptions& options) {
  ops::Metrics metrics;
  ops::Health health;
  auto opened = open_database(config, RunningDaemon::kShareItsDatabase, metrics, health);
  if (!opened) return report(opened.error());
  SystemClock clock;
  identity::Accounts accounts(config.identity, *opened->database, clock, metrics);
  const auto outcome = act(accounts, options);
  accounts.stop();
  opened->stop();
  if (!outcome) {
    const int status = report(outcome.error());
    // Not the configuration's fault, but that of the name or the password that was given.
    return outcome.error().code == ErrorCode::kInvalidArgument ? EX_USAGE : status;
  }
  // A channel may be added to the lineup later, and `check` says what is wrong with one that cannot be read.
  if (!options.channel.empty()) warn_of_unlisted(config, {options.channel});
  return EX_OK;
}

}  // namespace grandstand::app
