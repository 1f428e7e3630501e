// SPDX-License-Identifier: MIT
#pragma once

namespace grandstand::app {

// The whole of `grandstand <subcommand> ...`. Gives the exit status: 0, or of sysexits.h 64 (usage), 65 (input data),
// 69 (a service is unavailable), 73 (cannot create), 78 (configuration).
int run_command_line(int argc, char** argv);

}  // namespace grandstand::app
