// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/storage/database.hpp>

#include <vector>

namespace grandstand::social::house_rules {

// What was said in rooms while nothing may come again: of each room the latest kMaxUnique of the last kUniqueFor,
// about.
//
// Owner: the feature's store.   Runs on: any loop.   Stops: with the Database.
class SaidStore {
 public:
  explicit SaidStore(storage::Database& database) : database_(database) {}

  // Of events house_rules.said.
  aio::Task<Status> keep(std::vector<room::StoredEvent> events);
  // As such events, oldest first.
  aio::Task<Result<std::vector<room::Event>>> load(RoomId room);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::social::house_rules
