// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"

namespace grandstand::identity {

// The SQL of the channels' emotes.
//
// Owner: Accounts.   Runs on: any loop.   Stops: with the Database.
class EmoteStore {
 public:
  explicit EmoteStore(storage::Database& database) : database_(database) {}

  // kTooLarge when the channel has kMostEmotes others.
  aio::Task<Status> put(ChannelId channel, std::string name, Emote emote);
  aio::Task<Status> remove(ChannelId channel, std::string name);
  // kNotFound when there is none of that name.
  aio::Task<Result<Emote>> find(ChannelId channel, std::string name);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
