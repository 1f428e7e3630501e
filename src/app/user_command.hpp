// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/config/server_config.hpp>

#include <string>

namespace CLI {
class App;
}

namespace grandstand::app {

// `grandstand user list`, `user add NAME`, `user password NAME`, `user role NAME ROLE [CHANNEL]`; passwords come
// from standard input.
struct UserOptions {
  std::string action;
  std::string name;
  std::string role = "viewer";
  std::string channel;  // empty: the role counts everywhere
};
void add_user_options(CLI::App& command, UserOptions& options);
Status run_user_command(const config::ServerConfig& config, const UserOptions& options);

}  // namespace grandstand::app
