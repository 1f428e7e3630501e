// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/settings.hpp>
#include <grandstand/config/server_config.hpp>

#include <string>
#include <vector>

namespace grandstand::app {

// Those that are not in the lineup; "*" stands for all that are.
std::vector<std::string> unlisted_channels(const std::vector<std::string>& ids, const channels::Lineup& lineup);

// Says on standard error which are not, for they may come to be. False: the lineup cannot be read.
bool warn_of_unlisted(const config::ServerConfig& config, const std::vector<std::string>& ids);

}  // namespace grandstand::app
