// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"

namespace grandstand::identity {

// The SQL of roles and followers. Each change gives the account as it is afterwards.
//
// Owner: Accounts.   Runs on: any loop; _blocking ones where blocking is allowed.   Stops: with the Database.
class StandingsStore {
 public:
  explicit StandingsStore(storage::Database& database) : database_(database) {}

  // Asked inside the transaction, with what the account is: whether the change may be made.
  using Rule = std::function<Status(const User& account)>;

  // kNotFound when there is no such account. kViewer in a channel: no role there.
  aio::Task<Result<User>> set_role(UserId account, Role role, Rule rule);
  // Gives the account with the sessions that ended by it, and its bots, which are out with it.
  aio::Task<Result<std::vector<AccountsStore::Ended>>> set_disabled(UserId account, std::optional<UtcTime> since,
                                                                    Rule rule);
  aio::Task<Result<User>> set_channel_role(UserId account, ChannelId channel, Role role, Rule rule);
  Result<User> set_channel_role_blocking(std::string name_key, ChannelId channel, Role role);

  // Highest role first, then by name; at most 1,000.
  aio::Task<Result<std::vector<RoleHolder>>> role_holders(ChannelId channel);

  // `since` stays what it was for whoever follows already.
  struct Following {
    User user;
    bool changed;  // by this call
  };
  aio::Task<Result<Following>> follow(UserId account, ChannelId channel, UtcTime since);
  aio::Task<Result<Following>> unfollow(UserId account, ChannelId channel);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
