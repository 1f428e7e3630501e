// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ingest/settings.hpp>

namespace CLI {
class App;
}

namespace grandstand::app {

// `grandstand probe [--for SECONDS] [--program NUMBER] [--interface NAME] [--json] URL`.
struct ProbeOptions {
  ingest::FeedSettings feed;
  unsigned program = 0;  // 0: the first that is playable
  unsigned seconds = 5;
  bool json = false;
};
void add_probe_options(CLI::App& command, ProbeOptions& options);

// Prints the report. 0: a channel would show the source as it is, 1: with faults, 2: nothing could be probed.
int run_probe_command(const ProbeOptions& options);

}  // namespace grandstand::app
