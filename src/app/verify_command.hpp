// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace grandstand::app {

// `grandstand verify [--key KEY] [--root ROOT] [--poll FILE|URL] [--save FILE] [--json] FILE|URL`.
struct VerifyOptions {
  std::string place;
  std::string key;
  std::string root;
  std::string poll;
  std::string save;
  bool json = false;
};
void add_verify_options(CLI::App& command, VerifyOptions& options);

// Prints what holds and what does not. 0: everything does, 1: something does not, 2: it could not check.
int run_verify_command(const VerifyOptions& options);

}  // namespace grandstand::app
