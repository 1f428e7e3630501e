// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/config/server_config.hpp>

#include <string>

namespace CLI {
class App;
}

namespace grandstand::app {

// `grandstand user list`, `user add NAME [ROLE]`, `user password NAME`, `user role NAME ROLE [CHANNEL]`; passwords come
// from standard input.
struct UserOptions {
  std::string action;
  std::string name;
  std::string role;     // empty: none was given
  std::string channel;  // empty: the role counts everywhere
};
void add_user_options(CLI::App& command, UserOptions& options);
// Whether the words make sense together. One that is left out or too many must not become a role that nobody meant.
Status check_user_options(const UserOptions& options);
// Says on standard output what is so now.
int run_user_command(const config::ServerConfig& config, const UserOptions& options);

}  // namespace grandstand::app
