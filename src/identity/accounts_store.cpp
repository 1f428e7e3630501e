// SPDX-License-Identifier: MIT
#include "accounts_store.hpp"

#include <pqxx/pqxx>

namespace grandstand::identity {
namespace {

User make_user(const pqxx::row& row) {
  return User{UserId{"account:" + std::string(row["id"].c_str())}, row["name"].c_str(),
              parse_role(row["role"].c_str()).value_or(Role::kViewer)};
}

pqxx::row insert_account(pqxx::work& work, const NewAccount& account) {
  return work.exec_params1(
      "insert into account (name, name_key, password_hash, role, created_at) values ($1, $2, $3, $4, $5::timestamptz) "
      "returning id, name, role",
      account.name, account.name_key, account.password_hash, std::string(to_string(account.role)),
      to_rfc3339(account.created_at));
}

void insert_session(pqxx::work& work, std::int64_t account, const NewSession& session) {
  work.exec_params0(
      "insert into account_session (digest, account_id, created_at, expires_at, last_seen_at) "
      "values (decode($1, 'hex'), $2, $3::timestamptz, $4::timestamptz, $3::timestamptz)",
      session.digest, account, to_rfc3339(session.created_at), to_rfc3339(session.expires_at));
}

Status changed_one(const pqxx::result& result) {
  if (result.affected_rows() == 1) return success();
  return Error{ErrorCode::kNotFound, "no account has this name"};
}

}  // namespace

aio::Task<Result<User>> AccountsStore::insert(NewAccount account, NewSession session) {
  std::function<Result<User>(pqxx::work&)> work = [account = std::move(account),
                                                   session = std::move(session)](pqxx::work& work) -> Result<User> {
    const pqxx::row row = insert_account(work, account);
    insert_session(work, row["id"].as<std::int64_t>(), session);
    return make_user(row);
  };
  return database_.run<User>(std::move(work));
}

Result<User> AccountsStore::insert_blocking(NewAccount account) {
  return database_.run_blocking<User>(
      [&](pqxx::work& work) -> Result<User> { return make_user(insert_account(work, account)); });
}

aio::Task<Result<std::optional<StoredAccount>>> AccountsStore::find(std::string name_key) {
  using Found = std::optional<StoredAccount>;
  std::function<Result<Found>(pqxx::work&)> work = [name_key = std::move(name_key)](pqxx::work& work) -> Result<Found> {
    const auto rows =
        work.exec_params("select id, name, role, password_hash from account where name_key = $1", name_key);
    if (rows.empty()) return Found{};
    return Found{StoredAccount{rows[0]["id"].as<std::int64_t>(), make_user(rows[0]), rows[0]["password_hash"].c_str()}};
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Result<bool>> AccountsStore::is_taken(std::string name_key) {
  std::function<Result<bool>(pqxx::work&)> work = [name_key = std::move(name_key)](pqxx::work& work) -> Result<bool> {
    return !work.exec_params("select 1 from account where name_key = $1", name_key).empty();
  };
  return database_.run<bool>(std::move(work));
}

aio::Task<Status> AccountsStore::open_session(std::int64_t account, NewSession session) {
  std::function<Status(pqxx::work&)> work = [account, session = std::move(session)](pqxx::work& work) -> Status {
    work.exec_params0("delete from account_session where expires_at <= $1::timestamptz",
                      to_rfc3339(session.created_at));
    work.exec_params0(
        "delete from account_session where digest in (select digest from account_session where account_id = $1 "
        "order by created_at desc offset 49)",
        account);
    insert_session(work, account, session);
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<std::optional<StoredSession>>> AccountsStore::find_session(std::string digest, UtcTime now) {
  using Found = std::optional<StoredSession>;
  std::function<Result<Found>(pqxx::work&)> work = [digest = std::move(digest),
                                                    now](pqxx::work& work) -> Result<Found> {
    const std::string time = to_rfc3339(now);
    const auto rows = work.exec_params(
        "select a.id, a.name, a.role, floor(extract(epoch from s.expires_at) * 1000)::bigint as expires_ms, "
        "s.last_seen_at < $2::timestamptz - interval '1 hour' as is_old "
        "from account_session s join account a on a.id = s.account_id "
        "where s.digest = decode($1, 'hex') and s.expires_at > $2::timestamptz",
        digest, time);
    if (rows.empty()) return Found{};
    // By the hour: a write for each request would be worth nothing to anybody.
    if (rows[0]["is_old"].as<bool>())
      work.exec_params0("update account_session set last_seen_at = $2::timestamptz where digest = decode($1, 'hex')",
                        digest, time);
    return Found{StoredSession{make_user(rows[0]), from_unix_ms(rows[0]["expires_ms"].as<std::int64_t>())}};
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Status> AccountsStore::close_session(std::string digest) {
  std::function<Status(pqxx::work&)> work = [digest = std::move(digest)](pqxx::work& work) -> Status {
    work.exec_params0("delete from account_session where digest = decode($1, 'hex')", digest);
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

Status AccountsStore::set_role_blocking(std::string name_key, Role role) {
  return database_.run_blocking<std::monostate>([&](pqxx::work& work) {
    return changed_one(
        work.exec_params("update account set role = $2 where name_key = $1", name_key, std::string(to_string(role))));
  });
}

Status AccountsStore::set_password_blocking(std::string name_key, std::string hash) {
  return database_.run_blocking<std::monostate>([&](pqxx::work& work) {
    work.exec_params0("delete from account_session where account_id in (select id from account where name_key = $1)",
                      name_key);
    return changed_one(work.exec_params("update account set password_hash = $2 where name_key = $1", name_key, hash));
  });
}

Result<std::vector<User>> AccountsStore::list_blocking() {
  return database_.run_blocking<std::vector<User>>([](pqxx::work& work) -> Result<std::vector<User>> {
    std::vector<User> users;
    for (const auto& row : work.exec("select id, name, role from account order by id")) users.push_back(make_user(row));
    return users;
  });
}

}  // namespace grandstand::identity
