// SPDX-License-Identifier: MIT
#include "unlisted_channels.hpp"

#include <grandstand/config/load.hpp>

#include <algorithm>
#include <cstdio>

namespace grandstand::app {

std::vector<std::string> unlisted_channels(const std::vector<std::string>& ids, const channels::Lineup& lineup) {
  std::vector<std::string> unlisted;
  for (const auto& wanted : ids) {
    const auto is_it = [&wanted](const auto& channel) { return channel.id.value() == wanted; };
    if (wanted != "*" && std::ranges::none_of(lineup.channels, is_it)) unlisted.push_back(wanted);
  }
  return unlisted;
}

bool warn_of_unlisted(const config::ServerConfig& config, const std::vector<std::string>& ids) {
  const auto loaded = config::load_lineup(config.channels_file);
  const auto* const lineup = std::get_if<channels::Lineup>(&loaded);
  if (lineup == nullptr) return false;
  for (const auto& id : unlisted_channels(ids, *lineup)) {
    std::fprintf(stderr, "warning: the lineup %s has no channel %s.\n", config.channels_file.c_str(), id.c_str());
  }
  return true;
}

}  // namespace grandstand::app
