// SPDX-License-Identifier: MIT
#include "providers_store.hpp"

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
      id = row_of(insert_account(work, account).id);
      work.exec_params0(
          "insert into account_identity (issuer, subject, account_id, created_at) "
          "values ($1, $2, $3, $4::timestamptz)",
          session.issuer, session.subject, id, to_rfc3339(account.created_at));
    }
    insert_session(work, id, session);
    return make_user(work.exec_params1("select " + std::string(kUserColumns) + " from account a where a.id = $1", id));
  };
  return database_.run<User>(std::move(work));
}

aio::Task<Result<AccountsStore::Ended>> ProvidersStore::end(std::string issuer, std::string subject,
                                                            std::string provider_session) {
  using Ended = AccountsStore::Ended;
  std::function<Result<Ended>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Ended> {
    return ended_sessions(work.exec_params(
        "delete from account_session where issuer = $1 and ($2 = '' or subject = $2) "
        "and ($3 = '' or provider_session = $3) returning id, account_id, encode(digest, 'hex') as digest",
        issuer, subject, provider_session));
  };
  return database_.run<Ended>(std::move(work));
}

}  // namespace grandstand::identity
