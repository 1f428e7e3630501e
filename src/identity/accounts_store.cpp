// SPDX-License-Identifier: MIT
#include "accounts_store.hpp"

#include "name_look.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/storage/sql_text.hpp>

#include <algorithm>
#include <sstream>

#include <pqxx/pqxx>

namespace grandstand::identity {
namespace {

std::string ending(std::string_view which) {
  return "delete from account_session where " + std::string(which) + std::string(kReturnEnded);
}

// Sessions of $1 and $2, with their places from 1 on; and which of them still are at $3.
constexpr std::string_view kLive =
    "unnest($1::bigint[], $2::bigint[]) with ordinality as live(account, session, place)";
constexpr std::string_view kStands =
    "exists (select from account_session where account_id = live.account and id = live.session "
    "and expires_at > $3::timestamptz) or exists (select from bot_token where account_id = live.account "
    "and id = live.session and (expires_at is null or expires_at > $3::timestamptz))";

constexpr std::string_view kSessionColumns =
    ", s.id as session, " MILLISECONDS("s.expires_at") " as expires_ms, "
    "s.last_seen_at < $2::timestamptz - interval '1 hour' as is_old";

constexpr const char* kSessions =
    "select id, user_agent, network, coalesce(begun_by, 0) as begun_by, "
    MILLISECONDS("created_at") " as created_ms, " MILLISECONDS("last_seen_at") " as seen_ms "
    "from account_session where account_id = $1 and expires_at > $2::timestamptz "
    "order by last_seen_at desc, id desc";

std::pair<std::string, std::string> columns_of(const std::vector<LiveSession>& sessions) {
  storage::ArrayText accounts, ids;
  for (const auto& [account, session] : sessions) {
    accounts.add(std::to_string(row_of(account)));
    ids.add(std::to_string(session));
  }
  return {std::move(accounts).finish(), std::move(ids).finish()};
}

Status changed_one(const pqxx::result& result) {
  if (result.affected_rows() == 1) return success();
  return Error{ErrorCode::kNotFound, "no account has this name"};
}

using Ended = AccountsStore::Ended;

std::optional<StoredAccount> stored_account(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return StoredAccount{rows[0]["id"].as<std::int64_t>(), make_user(rows[0]), rows[0]["password_hash"].c_str()};
}

}  // namespace

std::string select_user(std::string_view columns, std::string_view rest) {
  return "select a.id, a.name, a.role, a.bot_owner is not null as is_bot, "
         MILLISECONDS("a.created_at") " as created_ms, "
         "(select string_agg(channel || ' ' || coalesce(r.role, 'viewer') || ' ' || "
         "coalesce(" MILLISECONDS("f.since") ", -1), ' ') "
         "from (select channel, role from channel_role where account_id = a.id) r "
         "full join (select channel, since from channel_follower where account_id = a.id) f using (channel)) "
         "as standings" +
         std::string(columns) + " from account a " + std::string(rest);
}

std::optional<User> find_user(pqxx::work& work, std::int64_t account) {
  const auto rows = work.exec_params(select_user("", "where a.id = $1"), account);
  if (rows.empty()) return std::nullopt;
  return make_user(rows[0]);
}

bool claim_look(pqxx::work& work, const std::string& look, std::optional<std::int64_t> own) {
  work.exec_params("select pg_advisory_xact_lock(hashtext('look'), hashtext($1))", look);
  return work.exec_params("select from account where look = $1 and id is distinct from $2", look, own).empty();
}

Result<User> insert_account(pqxx::work& work, const NewAccount& account) {
  const auto look = name_look(account.name);
  if (!claim_look(work, look)) return Error{ErrorCode::kConflict, "the name looks like somebody's"};
  const auto owner = account.bot_owner ? std::optional(row_of(*account.bot_owner)) : std::nullopt;
  const auto rows = work.exec_params(
      "insert into account (name, name_key, password_hash, role, created_at, bot_owner, look, look_version) "
      "values ($1, $2, $3, $4, $5::timestamptz, $6, $7, $8) returning id",
      account.name, account.name_key, account.password_hash, std::string(to_string(account.role)),
      to_rfc3339(account.created_at), owner, look, name_look_version());
  return *find_user(work, rows[0]["id"].as<std::int64_t>());
}

Status insert_session(pqxx::work& work, std::int64_t account, const NewSession& session) {
  work.exec_params0("delete from account_session where expires_at <= $1::timestamptz", to_rfc3339(session.created_at));
  work.exec_params0(
      "delete from account_session where digest in (select digest from account_session where account_id = $1 "
      "order by created_at desc offset 49)",
      account);
  // The lock waits for whoever is disabling the account.
  const auto inserted = work.exec_params(
      "insert into account_session (digest, account_id, created_at, expires_at, last_seen_at, user_agent, network, "
      "issuer, subject, provider_session, begun_by) "
      "select decode($1, 'hex'), id, $3::timestamptz, $4::timestamptz, $3::timestamptz, $5, $6, $7, $8, $9, "
      "(select id from account_session where id = $10) from account where id = $2 and disabled_at is null for share",
      session.digest, account, to_rfc3339(session.created_at), to_rfc3339(session.expires_at),
      session.device.user_agent, session.device.network, session.issuer, session.subject, session.provider_session,
      session.begun_by);
  if (inserted.affected_rows() == 1) return success();
  return Error{ErrorCode::kForbidden, "this account is disabled; ask the operator"};
}

Ended ended_sessions(const pqxx::result& rows) {
  Ended ended;
  for (const auto& row : rows) {
    ended.account = account_of(row["account_id"].as<std::int64_t>());
    ended.sessions.push_back({row["id"].as<std::uint64_t>(), row["digest"].c_str()});
  }
  return ended;
}

std::int64_t row_of(const UserId& account) {
  const std::string_view text = account.value();
  if (!text.starts_with("account:") && !text.starts_with("bot:")) return 0;
  return std::max<std::int64_t>(parse_number<std::int64_t>(text.substr(text.find(':') + 1)).value_or(0), 0);
}

UserId account_of(std::int64_t row, bool is_bot) {
  return UserId((is_bot ? "bot:" : "account:") + std::to_string(row));
}

User make_user(const pqxx::row& row) {
  User user{account_of(row["id"].as<std::int64_t>(), row["is_bot"].as<bool>()), row["name"].c_str(),
            parse_role(row["role"].c_str()).value_or(Role::kViewer),
            from_unix_ms(row["created_ms"].as<std::int64_t>())};
  if (row["standings"].is_null()) return user;
  std::istringstream text(row["standings"].c_str());
  std::string channel, role;
  std::int64_t since = 0;
  auto standings = std::make_shared<ChannelStandings>();
  while (text >> channel >> role >> since) {
    auto& standing = (*standings)[ChannelId(channel)];
    standing.role = parse_role(role).value_or(Role::kViewer);
    if (since >= 0) standing.follower_since = from_unix_ms(since);
  }
  user.channels = std::move(standings);
  return user;
}

aio::Task<Result<User>> AccountsStore::insert(NewAccount account, NewSession session) {
  std::function<Result<User>(pqxx::work&)> work = [account = std::move(account),
                                                   session = std::move(session)](pqxx::work& work) -> Result<User> {
    GRANDSTAND_TRY(User user, insert_account(work, account));
    GRANDSTAND_RETURN_IF_ERROR(insert_session(work, row_of(user.id), session));
    return user;
  };
  return database_.run<User>(std::move(work));
}

Result<User> AccountsStore::insert_blocking(NewAccount account) {
  return database_.run_blocking<User>([&](pqxx::work& work) -> Result<User> { return insert_account(work, account); });
}

aio::Task<Result<std::optional<StoredAccount>>> AccountsStore::find(std::string name_key) {
  using Found = std::optional<StoredAccount>;
  std::function<Result<Found>(pqxx::work&)> work = [name_key = std::move(name_key)](pqxx::work& work) -> Result<Found> {
    return stored_account(work.exec_params(select_user(", a.password_hash", "where a.name_key = $1"), name_key));
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Result<std::optional<StoredAccount>>> AccountsStore::find_enabled(UserId account) {
  using Found = std::optional<StoredAccount>;
  std::function<Result<Found>(pqxx::work&)> work = [row = row_of(account)](pqxx::work& work) -> Result<Found> {
    return stored_account(
        work.exec_params(select_user(", a.password_hash", "where a.id = $1 and a.disabled_at is null"), row));
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Result<bool>> AccountsStore::is_taken(std::string name, std::string name_key) {
  std::function<Result<bool>(pqxx::work&)> work = [name = std::move(name),
                                                   name_key = std::move(name_key)](pqxx::work& work) -> Result<bool> {
    return !work.exec_params("select from account where name_key = $1 or look = $2", name_key, name_look(name)).empty();
  };
  return database_.run<bool>(std::move(work));
}

aio::Task<Status> AccountsStore::open_session(std::int64_t account, NewSession session) {
  std::function<Status(pqxx::work&)> work = [account, session = std::move(session)](pqxx::work& work) -> Status {
    return insert_session(work, account, session);
  };
  return database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<std::optional<StoredSession>>> AccountsStore::find_session(std::string digest, UtcTime now) {
  using Found = std::optional<StoredSession>;
  std::function<Result<Found>(pqxx::work&)> work = [digest = std::move(digest),
                                                    now](pqxx::work& work) -> Result<Found> {
    const std::string time = to_rfc3339(now);
    const auto rows =
        work.exec_params(select_user(kSessionColumns,
                                     "join account_session s on a.id = s.account_id "
                                     "where s.digest = decode($1, 'hex') and s.expires_at > $2::timestamptz"),
                         digest, time);
    if (rows.empty()) return Found{};
    // By the hour: a write for each request would be worth nothing to anybody.
    if (rows[0]["is_old"].as<bool>())
      work.exec_params0("update account_session set last_seen_at = $2::timestamptz where digest = decode($1, 'hex')",
                        digest, time);
    StoredSession found{make_user(rows[0]), from_unix_ms(rows[0]["expires_ms"].as<std::int64_t>())};
    found.user.session = rows[0]["session"].as<std::uint64_t>();
    return Found{std::move(found)};
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Result<std::vector<AccountsStore::Live>>> AccountsStore::find_live(std::vector<LiveSession> sessions,
                                                                             UtcTime now) {
  using Found = std::vector<Live>;
  std::function<Result<Found>(pqxx::work&)> work = [sessions = std::move(sessions),
                                                    now](pqxx::work& work) -> Result<Found> {
    Found found(sessions.size());
    const auto [accounts, ids] = columns_of(sessions);
    for (const auto& row : work.exec_params(
             select_user(
                 ", live.place, a.disabled_at is not null or o.disabled_at is not null as is_disabled, " +
                     std::string(kStands) + " as stands",
                 "left join account o on o.id = a.bot_owner join " + std::string(kLive) + " on live.account = a.id"),
             accounts, ids, to_rfc3339(now))) {
      auto& live = found[row["place"].as<std::size_t>() - 1];
      live.disabled = row["is_disabled"].as<bool>();
      if (row["stands"].as<bool>()) live.user = make_user(row);
    }
    return found;
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Result<std::vector<LiveSession>>> AccountsStore::find_ended(std::vector<LiveSession> sessions, UtcTime now) {
  using Found = std::vector<LiveSession>;
  std::function<Result<Found>(pqxx::work&)> work = [sessions = std::move(sessions),
                                                    now](pqxx::work& work) -> Result<Found> {
    Found ended;
    const auto [accounts, ids] = columns_of(sessions);
    for (const auto& row :
         work.exec_params("select place from " + std::string(kLive) + " where not (" + std::string(kStands) + ")",
                          accounts, ids, to_rfc3339(now)))
      ended.push_back(sessions[row["place"].as<std::size_t>() - 1]);
    return ended;
  };
  return database_.run<Found>(std::move(work));
}

aio::Task<Result<std::vector<ListedSession>>> AccountsStore::list_sessions(UserId account, UtcTime now) {
  using Sessions = std::vector<ListedSession>;
  std::function<Result<Sessions>(pqxx::work&)> work = [account, now](pqxx::work& work) -> Result<Sessions> {
    Sessions sessions;
    for (const auto& row : work.exec_params(kSessions, row_of(account), to_rfc3339(now)))
      sessions.push_back({row["id"].as<std::uint64_t>(),
                          from_unix_ms(row["created_ms"].as<std::int64_t>()),
                          from_unix_ms(row["seen_ms"].as<std::int64_t>()),
                          {row["user_agent"].c_str(), row["network"].c_str()},
                          row["begun_by"].as<std::uint64_t>()});
    return sessions;
  };
  return database_.run<Sessions>(std::move(work));
}

aio::Task<Result<Ended>> AccountsStore::end_by_digest(std::string digest) {
  std::function<Result<Ended>(pqxx::work&)> work = [digest = std::move(digest)](pqxx::work& work) -> Result<Ended> {
    return ended_sessions(work.exec_params(ending("digest = decode($1, 'hex')"), digest));
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Result<Ended>> AccountsStore::end_one(UserId account, std::uint64_t session) {
  std::function<Result<Ended>(pqxx::work&)> work = [account, session](pqxx::work& work) -> Result<Ended> {
    auto ended = ended_sessions(
        work.exec_params(ending("account_id = $1 and id = $2"), row_of(account), static_cast<std::int64_t>(session)));
    if (ended.sessions.empty()) return Error{ErrorCode::kNotFound, "the account has no such session"};
    return ended;
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Result<Ended>> AccountsStore::end_all_but(UserId account, std::uint64_t session) {
  std::function<Result<Ended>(pqxx::work&)> work = [account, session](pqxx::work& work) -> Result<Ended> {
    return ended_sessions(
        work.exec_params(ending("account_id = $1 and id <> $2"), row_of(account), static_cast<std::int64_t>(session)));
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Result<std::string>> AccountsStore::password_hash(UserId account) {
  std::function<Result<std::string>(pqxx::work&)> work = [account](pqxx::work& work) -> Result<std::string> {
    const auto rows = work.exec_params("select password_hash from account where id = $1", row_of(account));
    if (rows.empty()) return Error{ErrorCode::kNotFound, "the account is gone"};
    return std::string(rows[0][0].c_str());
  };
  return database_.run<std::string>(std::move(work));
}

aio::Task<Result<Ended>> AccountsStore::set_password(UserId account, std::string hash, std::uint64_t session_kept) {
  std::function<Result<Ended>(pqxx::work&)> work = [account, hash = std::move(hash),
                                                    session_kept](pqxx::work& work) -> Result<Ended> {
    work.exec_params0("update account set password_hash = $2 where id = $1", row_of(account), hash);
    return ended_sessions(work.exec_params(ending("account_id = $1 and id <> $2"), row_of(account),
                                           static_cast<std::int64_t>(session_kept)));
  };
  return database_.run<Ended>(std::move(work));
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
    for (const auto& row : work.exec(select_user("", "order by a.id"))) users.push_back(make_user(row));
    return users;
  });
}

}  // namespace grandstand::identity
