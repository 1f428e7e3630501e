// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"
#include "id_token_codec.hpp"

namespace grandstand::identity {

// The SQL of who is who at identity providers. Issuer and subject are the identity, never a name or an address.
//
// Owner: Accounts.   Runs on: any loop.   Stops: with the Database.
class ProvidersStore {
 public:
  explicit ProvidersStore(storage::Database& database) : database_(database) {}

  // The account of the session's issuer and subject, made as `account` when there is none; and the session.
  // kConflict: it was to be made, and its name is somebody's.
  aio::Task<Result<User>> sign_in(NewAccount account, NewSession session);
  // The sessions of the logout token's subject, or of its provider's session; both when it names both.
  // kUnauthenticated: the token was used before.
  aio::Task<Result<AccountsStore::Ended>> end(Claims logout, UtcTime now);

  // kConflict: the identity is another account's, or the account is somebody else at that issuer.
  aio::Task<Status> link(UserId account, Claims claims, UtcTime now);
  // kConflict: the account could not be signed in to any more; kNotFound: it was not linked.
  aio::Task<Status> unlink(UserId account, std::string issuer);
  aio::Task<Result<std::vector<std::string>>> issuers(UserId account);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
