// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace grandstand::app {

// `grandstand hlscheck [--for SECONDS] [--json] URL`.
struct HlscheckOptions {
  std::string url;
  unsigned seconds = 20;
  bool json = false;
};
void add_hlscheck_options(CLI::App& command, HlscheckOptions& options);

// Prints the report. 0: no Must finding, 1: some, 2: it could not check.
int run_hlscheck_command(const HlscheckOptions& options);

}  // namespace grandstand::app
