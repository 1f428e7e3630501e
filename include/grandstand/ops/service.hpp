// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace grandstand::ops {

// Tells the service manager how we are (sd_notify(3)); without one, nothing happens. Safe from any thread.
void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void notify_alive();

}  // namespace grandstand::ops
