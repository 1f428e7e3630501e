// SPDX-License-Identifier: MIT
#include "providers_store.hpp"

#include <chrono>

#include <pqxx/pqxx>

namespace grandstand::identity {

aio::Task<Result<User>> ProvidersStore::sign_in(NewAccount account, NewSession session) {
  std::function<Result<User>(pqxx::work&)> work = [account = std::move(account),
                                                   session = std::move(session)](pqxx::work& work) -> Result<User> {
    const auto known = work.exec_params("select account_id from account_identity where issuer = $1 and subject = $2",
                                        session.issuer, session.subject);
    std::int64_t id = 0;
    if (!known.empty()) {
      id = known[0][0].as<std::int64_t>();
    } else {
      GRANDSTAND_TRY(const User made, insert_account(work, account));
      id = row_of(made.id);
      work.exec_params0(
          "insert into account_identity (issuer, subject, account_id, created_at) "
          "values ($1, $2, $3, $4::timestamptz)",
          session.issuer, session.subject, id, to_rfc3339(account.created_at));
    }
    GRANDSTAND_RETURN_IF_ERROR(insert_session(work, id, session));
    return *find_user(work, id);
  };
  return database_.run<User>(std::move(work));
}

aio::Task<Result<AccountsStore::Ended>> ProvidersStore::end(Claims logout, UtcTime now) {
  using Ended = AccountsStore::Ended;
  std::function<Result<Ended>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Ended> {
    constexpr std::chrono::minutes kRemembered{15};  // longer than a logout token is taken
    work.exec_params0("delete from used_logout_token where used_at < $1::timestamptz", to_rfc3339(now - kRemembered));
    const auto used = work.exec_params(
        "insert into used_logout_token (issuer, token_id, used_at) values ($1, $2, $3::timestamptz) "
        "on conflict do nothing",
        logout.issuer, logout.token_id, to_rfc3339(now));
    if (used.affected_rows() == 0)
      return Error{ErrorCode::kUnauthenticated, "the identity provider's token was refused: it was used before"};
    return ended_sessions(
        work.exec_params("delete from account_session where issuer = $1 and ($2 = '' or subject = $2) "
                         "and ($3 = '' or provider_session = $3)" +
                             std::string(kReturnEnded),
                         logout.issuer, logout.subject, logout.session));
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Status> ProvidersStore::link(UserId account, Claims claims, UtcTime now) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    const auto added = work.exec_params(
        "insert into account_identity (issuer, subject, account_id, created_at) values ($1, $2, $3, $4::timestamptz) "
        "on conflict do nothing",
        claims.issuer, claims.subject, row_of(account), to_rfc3339(now));
    if (added.affected_rows() == 1) return success();
    const auto same =
        work.exec_params("select from account_identity where issuer = $1 and subject = $2 and account_id = $3",
                         claims.issuer, claims.subject, row_of(account));
    if (!same.empty()) return success();
    return Error{ErrorCode::kConflict,
                 "this identity belongs to another account, or the account is somebody else at the provider; "
                 "disconnect it there first"};
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Status> ProvidersStore::unlink(UserId account, std::string issuer) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    // Locked, so that two at once do not take both of the last two ways in.
    const auto ways = work.exec_params(
        "select (password_hash <> '')::int + (select count(*) from account_identity where account_id = a.id) "
        "from account a where id = $1 for update",
        row_of(account));
    if (!ways.empty() && ways[0][0].as<int>() <= 1)
      return Error{ErrorCode::kConflict, "it is the only way to sign in to this account"};
    const auto gone =
        work.exec_params("delete from account_identity where account_id = $1 and issuer = $2", row_of(account), issuer);
    if (gone.affected_rows() == 0)
      return Error{ErrorCode::kNotFound, "the account is not connected with that provider"};
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<std::vector<std::string>>> ProvidersStore::issuers(UserId account) {
  using Issuers = std::vector<std::string>;
  std::function<Result<Issuers>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Issuers> {
    Issuers issuers;
    for (const auto& row :
         work.exec_params("select issuer from account_identity where account_id = $1", row_of(account)))
      issuers.emplace_back(row[0].c_str());
    return issuers;
  };
  return database_.run<Issuers>(std::move(work));
}

}  // namespace grandstand::identity
