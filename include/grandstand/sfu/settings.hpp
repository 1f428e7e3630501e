// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

namespace grandstand::sfu {

// A Janus with the videoroom plugin; empty url: there is none.
struct Settings {
  std::string janus;                                 // its HTTP API: "http://127.0.0.1:8088/janus"
  std::string janus_api_secret;                      // janus.jcfg: api_secret
  std::string janus_admin_key;                       // janus.plugin.videoroom.jcfg: admin_key
  std::chrono::milliseconds sweep_interval{30'000};  // how often rooms that nobody sits in are looked for
};

}  // namespace grandstand::sfu
