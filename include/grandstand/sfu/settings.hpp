// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace grandstand::sfu {

// A Janus with the videoroom plugin; empty url: there is none.
struct Settings {
  std::string janus;             // its HTTP API: "http://127.0.0.1:8088/janus"
  std::string janus_api_secret;  // janus.jcfg: api_secret
  std::string janus_admin_key;   // janus.plugin.videoroom.jcfg: admin_key
};

}  // namespace grandstand::sfu
