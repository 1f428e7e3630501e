// SPDX-License-Identifier: MIT
#include "profile_store.hpp"

#include "name_look.hpp"

#include <grandstand/storage/sql_text.hpp>

#include <pqxx/pqxx>

namespace grandstand::identity {
namespace {

constexpr const char* kBlocked =
    "select blocked, name, " MILLISECONDS("created_at") " as since_ms "
    "from account_block where account_id = $1 order by created_at desc, blocked";

Error no_account() {
  return Error{ErrorCode::kNotFound, "there is no such account"};
}

}  // namespace

aio::Task<Result<User>> ProfileStore::rename(UserId account, std::string name, std::string name_key) {
  std::function<Result<User>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<User> {
    const auto look = name_look(name);
    if (!claim_look(work, look, row_of(account))) return Error{ErrorCode::kConflict, "the name looks like somebody's"};
    work.exec_params0("update account set name = $2, name_key = $3, look = $4, look_version = $5 where id = $1",
                      row_of(account), name, name_key, look, name_look_version());
    auto user = find_user(work, row_of(account));
    if (!user) return no_account();
    return std::move(*user);
  };
  return database_.run<User>(std::move(work));
}

aio::Task<Result<Profile>> ProfileStore::find(UserId account) {
  std::function<Result<Profile>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Profile> {
    const auto rows = work.exec_params(
        select_user(", (select version from account_picture where account_id = a.id) as picture", "where a.id = $1"),
        row_of(account));
    if (rows.empty()) return no_account();
    return Profile{make_user(rows[0]), rows[0]["picture"].is_null() ? "" : rows[0]["picture"].c_str()};
  };
  return database_.run<Profile>(std::move(work));
}

aio::Task<Status> ProfileStore::put_picture(UserId account, Portrait portrait) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    const auto bytes = portrait.jpeg.view();
    work.exec_params0(
        "insert into account_picture (account_id, version, jpeg) values ($1, $2, $3) "
        "on conflict (account_id) do update set version = excluded.version, jpeg = excluded.jpeg",
        row_of(account), portrait.version, pqxx::binarystring(bytes.data(), bytes.size()));
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Status> ProfileStore::remove_picture(UserId account) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    work.exec_params0("delete from account_picture where account_id = $1", row_of(account));
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<Portrait>> ProfileStore::picture(UserId account) {
  std::function<Result<Portrait>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Portrait> {
    const auto rows =
        work.exec_params("select version, jpeg from account_picture where account_id = $1", row_of(account));
    if (rows.empty()) return Error{ErrorCode::kNotFound, "the account has no picture"};
    return Portrait{rows[0]["version"].c_str(), SharedBytes(pqxx::binarystring(rows[0]["jpeg"]).str())};
  };
  return database_.run<Portrait>(std::move(work));
}

aio::Task<Result<std::vector<BlockedUser>>> ProfileStore::blocked(UserId account) {
  using List = std::vector<BlockedUser>;
  std::function<Result<List>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<List> {
    List list;
    for (const auto& row : work.exec_params(kBlocked, row_of(account)))
      list.push_back(
          {UserId(row["blocked"].c_str()), row["name"].c_str(), from_unix_ms(row["since_ms"].as<std::int64_t>())});
    return list;
  };
  return database_.run<List>(std::move(work));
}

aio::Task<Status> ProfileStore::block(UserId account, BlockedUser blocked) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    // Locked, so that two at once do not pass the limit.
    work.exec_params("select 1 from account where id = $1 for update", row_of(account));
    work.exec_params0(
        "insert into account_block (account_id, blocked, name, created_at) values ($1, $2, $3, $4::timestamptz) "
        "on conflict (account_id, blocked) do update set name = excluded.name",
        row_of(account), blocked.user.value(), blocked.name, to_rfc3339(blocked.since));
    const auto count = work.exec_params1("select count(*) from account_block where account_id = $1", row_of(account));
    if (count[0].as<std::size_t>() > kMostBlocked)
      return Error{ErrorCode::kTooLarge,
                   "you block " + std::to_string(kMostBlocked) + " people, the most that one account may block"};
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Status> ProfileStore::unblock(UserId account, UserId blocked) {
  std::function<Status(pqxx::work&)> work = [=](pqxx::work& work) -> Status {
    work.exec_params0("delete from account_block where account_id = $1 and blocked = $2", row_of(account),
                      blocked.value());
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

}  // namespace grandstand::identity
