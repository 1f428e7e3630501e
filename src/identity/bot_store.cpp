// SPDX-License-Identifier: MIT
#include "bot_store.hpp"

#include <grandstand/storage/sql_text.hpp>

#include <algorithm>
#include <sstream>

#include <pqxx/pqxx>

namespace grandstand::identity {
namespace {

using Ended = AccountsStore::Ended;
using Owner = std::optional<UserId>;

constexpr const char* kTokenColumns =
    "t.id as token, t.name as token_name, t.scopes, t.channel, "
    MILLISECONDS("t.created_at") " as made_ms, "
    MILLISECONDS("t.expires_at") " as expires_ms, "
    MILLISECONDS("t.last_used_at") " as used_ms";

std::optional<UtcTime> time_of(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return from_unix_ms(field.as<std::int64_t>());
}

std::string join(const std::vector<TokenScope>& scopes) {
  std::string text;
  for (const auto scope : scopes) text += (text.empty() ? "" : " ") + std::string(to_string(scope));
  return text;
}

BotToken make_token(const pqxx::row& row) {
  BotToken token;
  token.id = row["token"].as<std::uint64_t>();
  token.wish.name = row["token_name"].c_str();
  std::istringstream text(row["scopes"].c_str());
  for (std::string word; text >> word;) {
    if (const auto scope = parse_token_scope(word)) token.wish.scopes.push_back(*scope);
  }
  if (!row["channel"].is_null()) token.wish.channel = ChannelId(row["channel"].c_str());
  token.wish.expires_at = time_of(row["expires_ms"]);
  token.created_at = from_unix_ms(row["made_ms"].as<std::int64_t>());
  token.last_used_at = time_of(row["used_ms"]);
  return token;
}

// Null: whoever owns it.
std::optional<std::string> parameter(const Owner& owner) {
  if (!owner) return std::nullopt;
  return std::to_string(row_of(*owner));
}

Status lock_bot(pqxx::work& work, const Owner& owner, const UserId& bot) {
  const auto rows = work.exec_params(
      "select 1 from account where id = $1 and bot_owner is not null and bot_owner = coalesce($2::bigint, bot_owner) "
      "for update",
      row_of(bot), parameter(owner));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "you have no such bot"};
  return success();
}

Ended end_tokens(pqxx::work& work, const UserId& bot, std::optional<std::uint64_t> token) {
  auto ended = ended_sessions(work.exec_params(
      "delete from bot_token where account_id = $1 and id = coalesce($2::bigint, id)" + std::string(kReturnEnded),
      row_of(bot), token));
  ended.account = account_of(row_of(bot), true);
  return ended;
}

}  // namespace

aio::Task<Result<std::vector<Bot>>> BotStore::list(Owner owner) {
  using Bots = std::vector<Bot>;
  std::function<Result<Bots>(pqxx::work&)> work = [owner = std::move(owner)](pqxx::work& work) -> Result<Bots> {
    const auto rows = work.exec_params(
        "select a.id, a.name, o.id as owner, o.name as owner_name, " MILLISECONDS("a.created_at") " as created_ms, " +
            std::string(kTokenColumns) +
            " from account a join account o on o.id = a.bot_owner left join bot_token t on t.account_id = a.id "
            "where a.bot_owner = coalesce($1::bigint, a.bot_owner) order by a.id, t.id limit 5000",
        parameter(owner));
    Bots bots;
    for (const auto& row : rows) {
      const auto id = account_of(row["id"].as<std::int64_t>(), true);
      if (bots.empty() || bots.back().id != id) {
        bots.push_back({id,
                        row["name"].c_str(),
                        account_of(row["owner"].as<std::int64_t>()),
                        row["owner_name"].c_str(),
                        from_unix_ms(row["created_ms"].as<std::int64_t>()),
                        {}});
      }
      if (!row["token"].is_null()) bots.back().tokens.push_back(make_token(row));
    }
    return bots;
  };
  return database_.run<Bots>(std::move(work));
}

aio::Task<Result<User>> BotStore::insert(NewAccount account, std::size_t most) {
  std::function<Result<User>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<User> {
    const auto owner = row_of(*account.bot_owner);
    // Locked, so that two requests at once do not both find room.
    work.exec_params("select 1 from account where id = $1 for update", owner);
    const auto count =
        work.exec_params1("select count(*) from account where bot_owner = $1", owner)[0].as<std::size_t>();
    if (count >= most)
      return Error{ErrorCode::kTooLarge,
                   "you have " + std::to_string(count) + " bots, the most that one account may have"};
    return insert_account(work, account);
  };
  return database_.run<User>(std::move(work));
}

aio::Task<Result<Ended>> BotStore::remove(Owner owner, UserId bot) {
  std::function<Result<Ended>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Ended> {
    GRANDSTAND_RETURN_IF_ERROR(lock_bot(work, owner, bot));
    auto ended = end_tokens(work, bot, std::nullopt);
    work.exec_params0("delete from account where id = $1", row_of(bot));
    return ended;
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Result<BotToken>> BotStore::insert_token(Owner owner, UserId bot, std::string digest, BotToken token) {
  std::function<Result<BotToken>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<BotToken> {
    GRANDSTAND_RETURN_IF_ERROR(lock_bot(work, owner, bot));
    const auto count =
        work.exec_params1("select count(*) from bot_token where account_id = $1", row_of(bot))[0].as<std::size_t>();
    if (count >= kMostBotTokens)
      return Error{ErrorCode::kTooLarge, "the bot has " + std::to_string(count) + " tokens, the most there may be"};
    std::optional<std::string> channel, expires;
    if (token.wish.channel) channel = token.wish.channel->value();
    if (token.wish.expires_at) expires = to_rfc3339(*token.wish.expires_at);
    BotToken made = token;
    made.id = work.exec_params1(
                      "insert into bot_token (digest, account_id, name, scopes, channel, created_at, expires_at) "
                      "values (decode($1, 'hex'), $2, $3, $4, $5, $6::timestamptz, $7::timestamptz) returning id",
                      digest, row_of(bot), token.wish.name, join(token.wish.scopes), channel,
                      to_rfc3339(token.created_at), expires)[0]
                  .as<std::uint64_t>();
    return made;
  };
  return database_.run<BotToken>(std::move(work));
}

aio::Task<Result<Ended>> BotStore::remove_token(Owner owner, UserId bot, std::uint64_t token) {
  std::function<Result<Ended>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Ended> {
    GRANDSTAND_RETURN_IF_ERROR(lock_bot(work, owner, bot));
    auto ended = end_tokens(work, bot, token);
    if (ended.sessions.empty()) return Error{ErrorCode::kNotFound, "the bot has no such token"};
    return ended;
  };
  return database_.run<Ended>(std::move(work));
}

aio::Task<Result<std::optional<StoredSession>>> BotStore::find_token(std::string digest, UtcTime now) {
  using Found = std::optional<StoredSession>;
  std::function<Result<Found>(pqxx::work&)> work = [=](pqxx::work& work) -> Result<Found> {
    const auto rows = work.exec_params(
        select_user(", o.id as owner, " + std::string(kTokenColumns),
                    "join bot_token t on t.account_id = a.id join account o on o.id = a.bot_owner "
                    "where t.digest = decode($1, 'hex') and a.disabled_at is null and o.disabled_at is null"),
        digest);
    if (rows.empty()) return Found{};
    User user = make_user(rows[0]);
    auto token = make_token(rows[0]);
    user.session = token.id;
    if (!token.last_used_at || *token.last_used_at < now - std::chrono::minutes(1))
      work.exec_params0("update bot_token set last_used_at = $2::timestamptz where digest = decode($1, 'hex')", digest,
                        to_rfc3339(now));
    user.grant =
        std::make_shared<const TokenGrant>(TokenGrant{.name = std::move(token.wish.name),
                                                      .scopes = std::move(token.wish.scopes),
                                                      .channel = std::move(token.wish.channel),
                                                      .expires_at = token.wish.expires_at,
                                                      .owner = account_of(rows[0]["owner"].as<std::int64_t>())});
    return Found{StoredSession{std::move(user), token.wish.expires_at.value_or(UtcTime::max())}};
  };
  return database_.run<Found>(std::move(work));
}

}  // namespace grandstand::identity
