// SPDX-License-Identifier: MIT
#include "standings_store.hpp"

#include <algorithm>

#include <pqxx/pqxx>

namespace grandstand::identity {
namespace {

// Locked, so that of two changes at once the second sees what the first made.
Result<User> lock_user(pqxx::work& work, std::int64_t account) {
  if (work.exec_params("select 1 from account where id = $1 for update", account).empty())
    return Error{ErrorCode::kNotFound, "there is no such account"};
  return *find_user(work, account);
}

Result<User> put_channel_role(pqxx::work& work, std::int64_t account, const ChannelId& channel, Role role,
                              const StandingsStore::Rule& rule) {
  GRANDSTAND_TRY(const User before, lock_user(work, account));
  if (rule) {
    GRANDSTAND_RETURN_IF_ERROR(rule(before));
  }
  if (role == Role::kViewer) {
    work.exec_params0("delete from channel_role where channel = $1 and account_id = $2", channel.value(), account);
    return lock_user(work, account);
  }
  work.exec_params0(
      "insert into channel_role (channel, account_id, role) values ($1, $2, $3) "
      "on conflict (channel, account_id) do update set role = excluded.role",
      channel.value(), account, std::string(to_string(role)));
  GRANDSTAND_TRY(User after, lock_user(work, account));
  const auto roles =
      std::ranges::count_if(*after.channels, [](const auto& s) { return s.second.role > Role::kViewer; });
  if (static_cast<std::size_t>(roles) > kMostChannelRoles)
    return Error{ErrorCode::kTooLarge,
                 "the account has roles in " + std::to_string(kMostChannelRoles) + " channels, the most there may be"};
  return after;
}

}  // namespace

aio::Task<Result<User>> StandingsStore::set_role(UserId account, Role role, Rule rule) {
  std::function<Result<User>(pqxx::work&)> work = [=, rule = std::move(rule)](pqxx::work& work) -> Result<User> {
    GRANDSTAND_TRY(const User before, lock_user(work, row_of(account)));
    GRANDSTAND_RETURN_IF_ERROR(rule(before));
    work.exec_params0("update account set role = $2 where id = $1", row_of(account), std::string(to_string(role)));
    return lock_user(work, row_of(account));
  };
  return database_.run<User>(std::move(work));
}

aio::Task<Result<std::vector<AccountsStore::Ended>>> StandingsStore::set_disabled(UserId account,
                                                                                  std::optional<UtcTime> since,
                                                                                  Rule rule) {
  using Ended = std::vector<AccountsStore::Ended>;
  std::function<Result<Ended>(pqxx::work&)> work = [=, rule = std::move(rule)](pqxx::work& work) -> Result<Ended> {
    const auto row = row_of(account);
    GRANDSTAND_TRY(const User before, lock_user(work, row));
    GRANDSTAND_RETURN_IF_ERROR(rule(before));
    const auto time = since ? std::optional(to_rfc3339(*since)) : std::nullopt;
    work.exec_params0("update account set disabled_at = $2::timestamptz where id = $1", row, time);
    if (!since) return Ended{};
    Ended ended{ended_sessions(
        work.exec_params("delete from account_session where account_id = $1" + std::string(kReturnEnded), row))};
    ended.front().account = before.id;
    for (const auto& bot : work.exec_params("select id from account where bot_owner = $1", row))
      ended.push_back({account_of(bot[0].as<std::int64_t>(), true), {}});
    return ended;
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Result<User>> StandingsStore::set_channel_role(UserId account, ChannelId channel, Role role, Rule rule) {
  std::function<Result<User>(pqxx::work&)> work = [=, rule = std::move(rule)](pqxx::work& work) {
    return put_channel_role(work, row_of(account), channel, role, rule);
  };
  return database_.run<User>(std::move(work));
}

Result<User> StandingsStore::set_channel_role_blocking(std::string name_key, ChannelId channel, Role role) {
  return database_.run_blocking<User>([&](pqxx::work& work) -> Result<User> {
    const auto rows = work.exec_params("select id from account where name_key = $1", name_key);
    if (rows.empty()) return Error{ErrorCode::kNotFound, "no account has this name"};
    return put_channel_role(work, rows[0][0].as<std::int64_t>(), channel, role, {});
  });
}

aio::Task<Result<std::vector<RoleHolder>>> StandingsStore::role_holders(ChannelId channel) {
  using Holders = std::vector<RoleHolder>;
  std::function<Result<Holders>(pqxx::work&)> work = [channel](pqxx::work& work) -> Result<Holders> {
    Holders holders;
    for (const auto& row :
         work.exec_params("select a.id, a.name, r.role, a.bot_owner is not null as is_bot from channel_role r "
                          "join account a on a.id = r.account_id where r.channel = $1 "
                          "order by array_position(array['creator', 'moderator'], r.role), "
                          "a.name limit 1000",
                          channel.value()))
      holders.push_back({account_of(row["id"].as<std::int64_t>(), row["is_bot"].as<bool>()), row["name"].c_str(),
                         parse_role(row["role"].c_str()).value_or(Role::kViewer)});
    return holders;
  };
  return database_.run<Holders>(std::move(work));
}

aio::Task<Result<StandingsStore::Following>> StandingsStore::follow(UserId account, ChannelId channel, UtcTime since) {
  std::function<Result<Following>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Following> {
    GRANDSTAND_RETURN_IF_ERROR(lock_user(work, row_of(account)));
    const auto added = work.exec_params(
        "insert into channel_follower (channel, account_id, since) values ($1, $2, $3::timestamptz) "
        "on conflict do nothing",
        channel.value(), row_of(account), to_rfc3339(since));
    GRANDSTAND_TRY(User after, lock_user(work, row_of(account)));
    const auto followed =
        std::ranges::count_if(*after.channels, [](const auto& s) { return s.second.follower_since.has_value(); });
    if (static_cast<std::size_t>(followed) > kMostFollowed)
      return Error{ErrorCode::kTooLarge,
                   "you follow " + std::to_string(kMostFollowed) + " channels, the most that one account may follow"};
    return Following{std::move(after), added.affected_rows() > 0};
  };
  return database_.run<Following>(std::move(work));
}

aio::Task<Result<StandingsStore::Following>> StandingsStore::unfollow(UserId account, ChannelId channel) {
  std::function<Result<Following>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Following> {
    const auto gone = work.exec_params("delete from channel_follower where channel = $1 and account_id = $2",
                                       channel.value(), row_of(account));
    GRANDSTAND_TRY(User after, lock_user(work, row_of(account)));
    return Following{std::move(after), gone.affected_rows() > 0};
  };
  return database_.run<Following>(std::move(work));
}

}  // namespace grandstand::identity
