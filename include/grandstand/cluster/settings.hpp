// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

namespace grandstand::cluster {

struct Settings {
  std::string nats_url;                    // "nats://127.0.0.1:4222"; empty: this node is alone
  std::string node;                        // its name among the nodes, 1..64 of [A-Za-z0-9_-]; empty: the host's name
  std::string address;                     // where other nodes reach its HTTP: "http://10.0.0.5:8080"
  std::chrono::milliseconds lease{3'500};  // what a node owns is taken over this long after its last sign of life
  std::chrono::milliseconds renewal{500};  // how often it gives one
  // A node that starts waits so long before it takes what is free, so that nodes that start together share.
  std::chrono::milliseconds settling{2'000};
};

}  // namespace grandstand::cluster
