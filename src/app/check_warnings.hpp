// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/settings.hpp>
#include <grandstand/config/server_config.hpp>

#include <string>
#include <vector>

namespace grandstand::app {

// What is no fault of the files, but will go wrong on this machine as it is now: one sentence each, for people. No
// faults, so that a lineup can be checked on another machine than the one it is for.
std::vector<std::string> check_warnings(const config::ServerConfig& config, const channels::Lineup& lineup);

}  // namespace grandstand::app
