// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"

namespace grandstand::identity {

// The SQL of bots and their tokens. `owner` none: an admin asks, for whom all bots are his.
//
// Owner: Accounts.   Runs on: any loop.   Stops: with the Database.
class BotStore {
 public:
  explicit BotStore(storage::Database& database) : database_(database) {}

  aio::Task<Result<std::vector<Bot>>> list(std::optional<UserId> owner);
  // kConflict when the key is there already, kTooLarge when the owner has `most`.
  aio::Task<Result<User>> insert(NewAccount account, std::size_t most);
  // The tokens that ended with it.
  aio::Task<Result<AccountsStore::Ended>> remove(std::optional<UserId> owner, UserId bot);

  aio::Task<Result<BotToken>> insert_token(std::optional<UserId> owner, UserId bot, std::string digest, BotToken token);
  aio::Task<Result<AccountsStore::Ended>> remove_token(std::optional<UserId> owner, UserId bot, std::uint64_t token);
  // Also of an expired one; with a grant that has no rate yet, and the token's id as the session.
  aio::Task<Result<std::optional<StoredSession>>> find_token(std::string digest, UtcTime now);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
