// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace grandstand::social {

// Faces and voices in parties: what browsers are told to reach each other by.
struct CallSettings {
  std::vector<std::string> stun;  // "stun:stun.example:3478"
  std::vector<std::string> turn;  // "turn:turn.example:3478?transport=udp"
  std::string turn_secret;        // shared with the TURN servers (coturn: static-auth-secret)
  std::chrono::seconds turn_lifetime{600};
  std::size_t seats = 12;  // in one call with an SFU; without one it is a mesh of four
};

}  // namespace grandstand::social
