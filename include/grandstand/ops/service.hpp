// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace grandstand::ops {

// Tells the service manager how we are (sd_notify(3)); without one, nothing happens. Safe from any thread.
void notify_ready(const std::string& status);
void notify_reloading();
void notify_status(const std::string& status);
void notify_stopping();
void notify_alive();

// How often the service manager wants notify_alive() at most; empty: it does not watch us.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace grandstand::ops
