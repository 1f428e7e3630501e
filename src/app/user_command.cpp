// SPDX-License-Identifier: MIT
#include "user_command.hpp"

#include "open_database.hpp"

#include <grandstand/base/text.hpp>
#include <grandstand/identity/accounts.hpp>

#include <cstdio>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>
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

Status act(identity::Accounts& accounts, const UserOptions& options, identity::Role role) {
  if (options.action == "list") {
    GRANDSTAND_TRY(auto users, accounts.list_blocking());
    for (const auto& user : users) print(user);
    return success();
  }
  if (options.action == "add") {
    GRANDSTAND_TRY(auto user, accounts.create_blocking(options.name, read_password(), role));
    print(user);
    return success();
  }
  if (options.action == "password") return accounts.set_password_blocking(options.name, read_password());
  if (!options.channel.empty())
    return accounts.set_channel_role_blocking(options.name, ChannelId(options.channel), role);
  return accounts.set_role_blocking(options.name, role);
}

}  // namespace

void add_user_options(CLI::App& command, UserOptions& options) {
  command.add_option("action", options.action, "list, add, password or role")
      ->required()
      ->check(CLI::IsMember({"list", "add", "password", "role"}));
  command.add_option("name", options.name, "The account's name");
  command.add_option("role", options.role, "viewer, member, moderator, creator or admin")->capture_default_str();
  command.add_option("channel", options.channel, "With role: it counts in this channel only; viewer takes it away");
}

Status run_user_command(const config::ServerConfig& config, const UserOptions& options) {
  if (options.action != "list" && options.name.empty()) {
    return Error{ErrorCode::kInvalidArgument, "user " + options.action + ": which account? Give its name."};
  }
  const auto role = role_named(options.role);
  if (!role)
    return Error{ErrorCode::kInvalidArgument,
                 "'" + options.role + "' is no role; expected viewer, member, moderator, creator or admin"};
  ops::Metrics metrics;
  ops::Health health;
  GRANDSTAND_TRY(auto opened, open_database(config, RunningDaemon::kShareItsDatabase, metrics, health));
  SystemClock clock;
  identity::Accounts accounts(config.identity, *opened.database, clock, metrics);
  auto outcome = act(accounts, options, *role);
  accounts.stop();
  opened.stop();
  return outcome;
}

}  // namespace grandstand::app
