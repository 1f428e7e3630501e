// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/config/server_config.hpp>

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace grandstand::app {

// `grandstand sign [--for SECONDS] [--subject ID] [--network CIDR] [--sessions N] CHANNEL...`: signed addresses.
struct SignOptions {
  std::vector<std::string> channels;
  unsigned seconds = 86'400;
  std::string subject;
  std::string network;
  std::optional<std::size_t> sessions;
};
void add_sign_options(CLI::App& command, SignOptions& options);

// The addresses, one a line, each good for its own channel only, with the first key of access.keys_file.
Result<std::string> sign_addresses(const config::ServerConfig& config, const SignOptions& options, UtcTime now);

}  // namespace grandstand::app
