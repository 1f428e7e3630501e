// SPDX-License-Identifier: MIT
#pragma once

#include "schema.hpp"

#include <grandstand/config/server_config.hpp>

#include <optional>
#include <vector>

namespace grandstand::config {

// Every key of grandstand.yaml, in the order in which it is printed.
const std::vector<Section<ServerConfig>>& server_schema();

// What must hold between keys.
struct Rule {
  std::vector<std::string> keys;  // the fault stands at the first of these that the file has
  std::function<std::optional<std::string>(const ServerConfig&)> broken;  // what is wrong and what was expected
};
const std::vector<Rule>& server_rules();

}  // namespace grandstand::config
