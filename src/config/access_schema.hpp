// SPDX-License-Identifier: MIT
#pragma once

#include "schema.hpp"

#include <grandstand/access/settings.hpp>
#include <grandstand/config/server_config.hpp>

#include <vector>

namespace grandstand::config {

// The section `access` of grandstand.yaml, and every key of a channel's `access` in channels.yaml.
Section<ServerConfig> access_section();
const std::vector<Key<access::ChannelAccess>>& channel_access_schema();

}  // namespace grandstand::config
