// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/identity/user.hpp>
#include <grandstand/storage/database.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::identity {

struct NewAccount {
  std::string name;
  std::string name_key;
  std::string password_hash;
  Role role = Role::kViewer;
  UtcTime created_at{};
};

struct NewSession {
  std::string digest;  // hexadecimal
  UtcTime created_at{};
  UtcTime expires_at{};
};

struct StoredAccount {
  std::int64_t id = 0;
  User user;
  std::string password_hash;
};

struct StoredSession {
  User user;
  UtcTime expires_at{};
};

// The SQL of accounts and sessions. Times come from the caller, never from the database.
//
// Owner: Accounts.   Runs on: any loop; _blocking ones where blocking is allowed.   Stops: with the Database.
class AccountsStore {
 public:
  explicit AccountsStore(storage::Database& database) : database_(database) {}

  // kConflict when the key is there already.
  aio::Task<Result<User>> insert(NewAccount account, NewSession session);
  Result<User> insert_blocking(NewAccount account);

  aio::Task<Result<std::optional<StoredAccount>>> find(std::string name_key);
  aio::Task<Result<bool>> is_taken(std::string name_key);

  // Also removes expired sessions, and an account's oldest beyond 50.
  aio::Task<Status> open_session(std::int64_t account, NewSession session);
  aio::Task<Result<std::optional<StoredSession>>> find_session(std::string digest, UtcTime now);
  aio::Task<Status> close_session(std::string digest);

  // kNotFound when nobody has the key.
  Status set_role_blocking(std::string name_key, Role role);
  Status set_password_blocking(std::string name_key, std::string hash);  // and ends the sessions
  Result<std::vector<User>> list_blocking();

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
