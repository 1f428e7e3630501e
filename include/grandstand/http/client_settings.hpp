// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grandstand::http {

// The interfaces of other systems that set-top boxes and apps already speak.
struct ClientSettings {
  // HDHomeRun over HTTP (/discover.json): Plex, Jellyfin, Emby, Channels take us for a tuner.
  bool hdhomerun = true;
  std::string hdhomerun_name = "Grandstand";  // shown in those programs
  std::string hdhomerun_device_id;            // is_hdhomerun_device_id(); empty: made of the name
  std::size_t hdhomerun_tuners = 16;          // streams at once; further ones get 503
  // Xtream Codes (/player_api.php).
  bool xtream = true;
};

// 8 hexadecimal digits with the check digit that clients verify, as Silicondust's libhdhomerun does.
bool is_hdhomerun_device_id(std::string_view text);

}  // namespace grandstand::http
