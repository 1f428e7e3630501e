// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/config/server_config.hpp>

#include <string>

namespace grandstand::config {

// The configuration as a commented grandstand.yaml: every key with its meaning, what it may hold, and its value. That
// of a default-constructed ServerConfig is config/grandstand.yaml. A password in database.url is replaced by "***".
std::string print(const ServerConfig& config);

}  // namespace grandstand::config
