// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"

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
  // Those of the subject, or of the provider's session; both when both are given.
  aio::Task<Result<AccountsStore::Ended>> end(std::string issuer, std::string subject, std::string provider_session);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::identity
