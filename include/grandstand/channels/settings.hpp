// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <grandstand/base/ids.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/ingest/settings.hpp>

namespace grandstand::channels {

// One entry of the lineup.
struct ChannelSettings {
  ChannelId id;
  std::string name;      // shown to people, 1..64 characters
  int number = 0;        // channel number, 1..9999; unique; 0: none
  std::string group;     // "News"; for players that sort channels into groups
  std::string logo;      // URL or path of a picture; may be empty
  ingest::FeedSettings feed;
};

bool operator==(const ChannelSettings& a, const ChannelSettings& b);

// All channels, in the order in which they are shown.
struct Lineup {
  std::vector<ChannelSettings> channels;
};

}  // namespace grandstand::channels
