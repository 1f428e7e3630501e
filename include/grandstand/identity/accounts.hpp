// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/identity/settings.hpp>
#include <grandstand/identity/user.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/database.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace grandstand::identity {

// A signed-in user and the secret that proves it: 256 random bits, base64url, "gs_..."; only its digest is stored.
struct SignIn {
  User user;
  std::string token;
};

// Registered accounts (Argon2id by libsodium) and their sessions; guests, who exist only by a token that they keep.
//
// Owner: app.   Runs on: any loop.
class Accounts {
 public:
  Accounts(Settings settings, storage::Database& database, const Clock& clock, ops::Metrics& metrics);
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  static std::span<const storage::Migration> migrations();

  // kConflict when the name is taken (also by a confusable one), kInvalidArgument for bad names and passwords,
  // kForbidden when registration is off.
  aio::Task<Result<SignIn>> register_account(std::string name, std::string password);
  // kUnauthenticated without saying whether name or password was wrong; kRateLimited after too many wrong ones for a
  // name.
  aio::Task<Result<SignIn>> sign_in(std::string name, std::string password);
  aio::Task<Status> sign_out(std::string token);

  // Who a session token belongs to: kUnauthenticated when it is unknown, expired or revoked.
  aio::Task<Result<User>> authenticate(std::string token);

  // A guest under the wished name: kConflict when the name belongs to an account. `guest_token` (22..64 of
  // [A-Za-z0-9_-], made and kept by the client) gives the same guest again: the id is its digest.
  aio::Task<Result<User>> guest(std::string name, std::string guest_token);

  // For `grandstand user`; blocking. create: as register_account, whatever settings.registration says.
  Result<User> create_blocking(std::string name, std::string password, Role role);
  Status set_role_blocking(std::string name, Role role);
  Status set_password_blocking(std::string name, std::string password);
  Result<std::vector<User>> list_blocking();

  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::identity
