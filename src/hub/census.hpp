// SPDX-License-Identifier: MIT
#pragma once

#include "core.hpp"
#include "room_port.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/room/feature.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace grandstand::hub {

inline constexpr std::chrono::seconds kCensusEvery{2};
inline constexpr std::chrono::seconds kLargeCensusEvery{5};  // of rooms that are not listed in full

// Who is in a room through this node: every loop is asked now and then, so that nothing has to be kept right by
// whoever comes and goes.
//
// Owner: the room's port.   Runs on: its home loop.   Stops: with its owner.
class Census : public std::enable_shared_from_this<Census> {
 public:
  Census(std::size_t loops, aio::Loop& home) : home_(home), parts_(loops) {}

  // Asks when it is time; the answers are in users() soon after. `members`: of the room, on all nodes.
  void tick(const Core& core, const std::shared_ptr<RoomPort>& room, room::Moment now, std::size_t members);
  // Each once, at most room::kMostPresent.
  std::vector<room::User> users() const;
  // Whether answers have come since the last time that this was asked.
  bool take_news();

 private:
  aio::Loop& home_;
  std::vector<std::vector<room::User>> parts_;  // by loop
  SteadyTime due_{};
  std::size_t awaited_ = 0;
  bool news_ = false;
};

// Of several nodes.
void add_users(std::vector<room::User>& all, const std::vector<room::User>& more);

}  // namespace grandstand::hub
