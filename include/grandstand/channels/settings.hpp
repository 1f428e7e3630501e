// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/ingest/settings.hpp>

#include <optional>
#include <string>
#include <vector>

namespace grandstand::channels {

// One entry of the lineup.
struct ChannelSettings {
  ChannelId id;
  std::string name;   // shown to people, 1..64 characters
  int number = 0;     // channel number, 1..9999; unique; 0: none
  std::string group;  // "News"; for players that sort channels into groups
  std::string logo;   // URL or path of a picture; may be empty
  ingest::FeedSettings feed;

  friend bool operator==(const ChannelSettings&, const ChannelSettings&) = default;
};

// All channels, in the order in which they are shown.
struct Lineup {
  std::vector<ChannelSettings> channels;
};

}  // namespace grandstand::channels
