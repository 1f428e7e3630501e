// SPDX-License-Identifier: MIT
#include "bot_routes.hpp"

#include "authorised.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/rfc3339.hpp>

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;
using Json = nlohmann::ordered_json;

Json describe(const identity::BotToken& token) {
  Json scopes = Json::array();
  for (const auto scope : token.wish.scopes) scopes.push_back(identity::to_string(scope));
  return {{"id", std::to_string(token.id)},
          {"name", token.wish.name},
          {"scopes", std::move(scopes)},
          {"channel", token.wish.channel ? Json(token.wish.channel->value()) : Json(nullptr)},
          {"created_at", to_rfc3339(token.created_at)},
          {"expires_at", describe_time(token.wish.expires_at)},
          {"last_used_at", describe_time(token.last_used_at)}};
}

Json describe(const identity::Bot& bot) {
  Json tokens = Json::array();
  for (const auto& token : bot.tokens) tokens.push_back(describe(token));
  return {{"id", bot.id.value()},
          {"name", bot.name},
          {"owner", {{"id", bot.owner.value()}, {"name", bot.owner_name}}},
          {"created_at", to_rfc3339(bot.created_at)},
          {"tokens", std::move(tokens)}};
}

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::vector<identity::TokenScope>> parse_scopes(const nlohmann::json& json) {
  const auto expected = invalid("scopes: expected an array of chat, reactions, polls, moderation, webhooks");
  if (!json.is_array() || json.size() > identity::kTokenScopes.size()) return expected;
  std::vector<identity::TokenScope> scopes;
  for (const auto& element : json) {
    const auto scope = element.is_string() ? identity::parse_token_scope(element.get<std::string>()) : std::nullopt;
    if (!scope) return expected;
    scopes.push_back(*scope);
  }
  return scopes;
}

// {"name":"...","scopes":["chat"],"channel"?:"news","expires_at"?:"2027-01-01T00:00:00Z"}
Result<identity::BotTokenWish> parse_wish(std::string_view body) {
  const auto json = parse_body(body);
  GRANDSTAND_TRY(auto names, strings_of(json, {"name"}));
  identity::BotTokenWish wish;
  wish.name = std::move(names[0]);
  GRANDSTAND_TRY(wish.scopes, parse_scopes(json.value("scopes", nlohmann::json())));
  if (const auto channel = json.value("channel", nlohmann::json()); !channel.is_null()) {
    if (!channel.is_string() || channel.get<std::string>().empty()) return invalid("channel: expected its id, or null");
    wish.channel = ChannelId(channel.get<std::string>());
  }
  if (const auto expires = json.value("expires_at", nlohmann::json()); !expires.is_null()) {
    const auto time = parse_time(expires.is_string() ? expires.get<std::string>() : "");
    if (!time.ok()) return invalid("expires_at: expected a time such as 2027-01-01T00:00:00Z, or null");
    wish.expires_at = *time;
  }
  return wish;
}

aio::Task<Result<Reply>> list_bots(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto bots, co_await site->parts.accounts.bots(std::move(asked.user)));
  Json list = Json::array();
  for (const auto& bot : bots) list.push_back(describe(bot));
  Json body;
  body["bots"] = std::move(list);
  co_return make_json(body);
}

aio::Task<Result<Reply>> create_bot(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto names, parse_strings(asked.body, {"name"}));
  GRANDSTAND_CO_TRY(const auto bot,
                    co_await site->parts.accounts.create_bot(std::move(asked.user), std::move(names[0])));
  Json body;
  body["bot"] = describe(bot);
  co_return make_json(body, 201);
}

aio::Task<Result<Reply>> remove_bot(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.remove_bot(std::move(asked.user), UserId(asked.path[0])));
  co_return make_empty();
}

aio::Task<Result<Reply>> create_token(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto wish, parse_wish(asked.body));
  GRANDSTAND_CO_TRY(const auto made, co_await site->parts.accounts.create_bot_token(
                                         std::move(asked.user), UserId(asked.path[0]), std::move(wish)));
  Json body = describe(made.token);
  body["token"] = made.secret;
  co_return make_json(body, 201);
}

aio::Task<Result<Reply>> revoke_token(std::shared_ptr<Site> site, Asked asked) {
  const auto token = parse_number<std::uint64_t>(asked.path[1]);
  if (!token) co_return Error{ErrorCode::kNotFound, "the bot has no such token"};
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await site->parts.accounts.revoke_bot_token(std::move(asked.user), UserId(asked.path[0]), *token));
  co_return make_empty();
}

}  // namespace

void handle_bots(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPost) {
    return answer_authorised(site, request, exchange, permission("POST /api/v1/bots"), create_bot);
  }
  answer_authorised(site, request, exchange, permission("GET /api/v1/bots"), list_bots);
}

void handle_bot(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/bots/<bot>"), remove_bot);
}

void handle_bot_tokens(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("POST /api/v1/bots/<bot>/tokens"), create_token);
}

void handle_bot_token(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/bots/<bot>/tokens/<token>"), revoke_token);
}

}  // namespace grandstand::http
