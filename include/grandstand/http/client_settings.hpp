// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace grandstand::http {

// The interfaces of other systems that set-top boxes and apps already speak.
struct ClientSettings {
  // HDHomeRun over HTTP (/discover.json): Plex, Jellyfin, Emby, Channels take us for a tuner.
  bool hdhomerun = true;
  std::string hdhomerun_name = "Grandstand";  // shown in those programs
  std::string hdhomerun_device_id;            // 8 hexadecimal digits; empty: made of the name
  std::size_t hdhomerun_tuners = 16;          // streams at once; further ones get 503
  // Xtream Codes (/player_api.php).
  bool xtream = true;
};

}  // namespace grandstand::http
