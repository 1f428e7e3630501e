// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace grandstand::access {

// One player as it shows itself: a name that it keeps, and where it is.
struct Player {
  std::string name;
  std::string network;  // client_network() of its address
};

// Who plays how many streams at once. A player that asks for nothing for the timeout has stopped. When the table is
// full, the subject that was left alone longest is forgotten.
//
// Owner: Gate.   Runs on: one loop.   Pure: time is given.
class SessionTable {
 public:
  SessionTable(std::chrono::milliseconds timeout, std::size_t max_subjects)
      : timeout_(timeout), subjects_(max_subjects) {}

  enum class Outcome { kAdmitted, kAdmittedForgettingAnother, kTooMany };
  // Whether the subject may have this player among `limit` (at least 1) ones; if so, it is one of them from now on.
  Outcome admit(const std::string& subject, const Player& player, std::size_t limit, SteadyTime now);

  std::size_t subjects() const { return subjects_.size(); }

 private:
  struct Session {
    std::string name;
    // IPv4, IPv6: a player with both kinds of address uses now the one, now the other.
    std::array<std::string, 2> networks;
    SteadyTime seen{};
  };

  std::chrono::milliseconds timeout_;
  RecencyMap<std::vector<Session>> subjects_;
};

}  // namespace grandstand::access
