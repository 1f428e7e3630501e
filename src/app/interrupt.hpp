// SPDX-License-Identifier: MIT
#pragma once

namespace grandstand::app {

// For commands that watch for a while: the first interrupt (SIGINT) ends the watching, so that what was found until
// then is printed; a second one ends the process.
void watch_interrupts();
bool interrupted();

}  // namespace grandstand::app
