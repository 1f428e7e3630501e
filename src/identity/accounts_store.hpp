// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/identity/user.hpp>
#include <grandstand/storage/database.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::identity {

struct NewAccount {
  std::string name;
  std::string name_key;
  std::string password_hash;
  Role role = Role::kViewer;
  UtcTime created_at{};
  std::optional<UserId> bot_owner = {};  // it is a bot
};

struct NewSession {
  std::string digest;  // hexadecimal
  Device device;
  UtcTime created_at{};
  UtcTime expires_at{};
  std::string issuer = {}, subject = {}, provider_session = {};  // of an identity provider
  std::uint64_t begun_by = 0;                                    // the session that let it in
};

// A session that has been taken out of the table.
struct EndedSession {
  std::uint64_t id = 0;
  std::string digest;
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

// Of "account a": who it is, and `columns` (", ..."); `rest` follows "from account a".
std::string select_user(std::string_view columns, std::string_view rest);
User make_user(const pqxx::row& row);
// Whose row it is, if there is one.
std::optional<User> find_user(pqxx::work& work, std::int64_t account);
// The row's id of "account:17" or "bot:17"; 0: not an account.
std::int64_t row_of(const UserId& account);
UserId account_of(std::int64_t row, bool is_bot = false);

// Whether nobody else has a name that looks so; until the transaction ends nobody else is told that either.
bool claim_look(pqxx::work& work, const std::string& look, std::optional<std::int64_t> own = {});
// Parts that other stores share. kConflict when the name looks like somebody's; a key that is there already throws.
Result<User> insert_account(pqxx::work& work, const NewAccount& account);
// At most 50 of an account: the oldest goes. kForbidden: the account is disabled.
Status insert_session(pqxx::work& work, std::int64_t account, const NewSession& session);

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
  aio::Task<Result<std::optional<StoredAccount>>> find_enabled(UserId account);
  // Whether a name of that key, or one that looks like it, is somebody's.
  aio::Task<Result<bool>> is_taken(std::string name, std::string name_key);

  // Also removes expired sessions, and an account's oldest beyond 50.
  aio::Task<Status> open_session(std::int64_t account, NewSession session);
  aio::Task<Result<std::optional<StoredSession>>> find_session(std::string digest, UtcTime now);
  // Of each: who it is; none, when it has ended.
  struct Live {
    std::optional<User> user;
    bool disabled = false;
  };
  aio::Task<Result<std::vector<Live>>> find_live(std::vector<LiveSession> sessions, UtcTime now);
  // Which of them have ended: the same without who they are, which costs more.
  aio::Task<Result<std::vector<LiveSession>>> find_ended(std::vector<LiveSession> sessions, UtcTime now);
  aio::Task<Result<std::vector<ListedSession>>> list_sessions(UserId account, UtcTime now);

  // Those of `which`; what they were is what comes back, with the account that they belonged to.
  struct Ended {
    UserId account;
    std::vector<EndedSession> sessions;
  };
  aio::Task<Result<Ended>> end_by_digest(std::string digest);
  aio::Task<Result<Ended>> end_one(UserId account, std::uint64_t session);
  aio::Task<Result<Ended>> end_all_but(UserId account, std::uint64_t session);
  // Of the account: the hash, and what replaces it while all sessions but one end.
  aio::Task<Result<std::string>> password_hash(UserId account);
  aio::Task<Result<Ended>> set_password(UserId account, std::string hash, std::uint64_t session_kept);

  // kNotFound when nobody has the key.
  Status set_role_blocking(std::string name_key, Role role);
  Status set_password_blocking(std::string name_key, std::string hash);  // and ends the sessions
  Result<std::vector<User>> list_blocking();

 private:
  storage::Database& database_;
};

// At the end of what deletes sessions or tokens: what ended_sessions() reads.
inline constexpr std::string_view kReturnEnded = " returning id, account_id, encode(digest, 'hex') as digest";
AccountsStore::Ended ended_sessions(const pqxx::result& rows);

}  // namespace grandstand::identity
