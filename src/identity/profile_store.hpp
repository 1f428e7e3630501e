// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"

namespace grandstand::identity {

// The SQL of names, pictures and block lists.
//
// Owner: Accounts.   Runs on: any loop.   Stops: with the Database.
class ProfileStore {
 public:
  explicit ProfileStore(storage::Database& database) : database_(database) {}

  // kConflict when the key is somebody else's, or the name looks like theirs.
  aio::Task<Result<User>> rename(UserId account, std::string name, std::string name_key);
  // kNotFound when there is no such account.
  aio::Task<Result<Profile>> find(UserId account);
  aio::Task<Status> put_picture(UserId account, Portrait portrait);
  aio::Task<Status> remove_picture(UserId account);
  aio::Task<Result<Portrait>> picture(UserId account);
  aio::Task<Result<std::vector<BlockedUser>>> blocked(UserId account);
  aio::Task<Status> block(UserId account, BlockedUser blocked);
  aio::Task<Status> unblock(UserId account, UserId blocked);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
