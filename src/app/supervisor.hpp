// SPDX-License-Identifier: MIT
#pragma once

#include "app.hpp"

namespace grandstand::app {

// Blocks the signals that the supervisor waits for; call before any thread is made.
void block_signals();

// The main thread's life while the daemon serves: waits for signals and for changes of the lineup file, revives what
// died, tells the service manager. Returns when SIGINT or SIGTERM asks to stop; a second one ends the process at once.
void supervise(App& app);

}  // namespace grandstand::app
