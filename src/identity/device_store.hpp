// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"

#include <string>

namespace grandstand::identity {

// The SQL of televisions that wait to be let in. Times come from the caller, never from the database.
//
// Owner: Accounts.   Runs on: any loop.   Stops: with the Database.
class DeviceStore {
 public:
  explicit DeviceStore(storage::Database& database) : database_(database) {}

  // kConflict when the user code is in use, kUnavailable when too many wait.
  aio::Task<Status> insert(std::string digest, WaitingDevice device);
  // kNotFound: none waits with that code.
  aio::Task<Result<WaitingDevice>> find(std::string user_code, UtcTime now);
  aio::Task<Status> decide(std::string user_code, User by, bool allow, UtcTime now);
  // What was decided is told once. `session` begins when it was an account that let it in.
  struct Answer {
    DeviceAnswer answer = DeviceAnswer::kPending;
    std::optional<User> user = {};
    std::string guest_name = {};
  };
  aio::Task<Result<Answer>> poll(std::string digest, NewSession session);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
