// SPDX-License-Identifier: MIT
#include "account_routes.hpp"

#include "authorised.hpp"
#include "problem.hpp"
#include "uri_text.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/identity/token_grant.hpp>

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;
using Json = nlohmann::ordered_json;
using SignInCall = aio::Task<Result<identity::SignIn>> (identity::Accounts::*)(std::string, std::string,
                                                                               identity::Device);

// With what only the user itself is told.
Json describe_self(const identity::User& user) {
  auto body = describe_user(user);
  if (user.since) body["since"] = to_rfc3339(*user.since);
  if (user.grant) {
    Json scopes = Json::array();
    for (const auto scope : user.grant->scopes) scopes.push_back(identity::to_string(scope));
    const auto& grant = *user.grant;
    body["token"] = {{"name", grant.name},
                     {"scopes", std::move(scopes)},
                     {"channel", grant.channel ? Json(grant.channel->value()) : Json(nullptr)},
                     {"expires_at", describe_time(grant.expires_at)}};
  }
  body["channels"] = Json::object();
  if (!user.channels) return body;
  for (const auto& [channel, standing] : *user.channels) {
    body["channels"][channel.value()] = {{"role", identity::to_string(user.role_in(channel))},
                                         {"follower_since", describe_time(standing.follower_since)}};
  }
  return body;
}

aio::Task<Status> sign_in(std::shared_ptr<Site> site, SignInCall call, std::vector<std::string> credentials,
                          identity::Device device, CookieLine cookie, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto signed_in, co_await (site->parts.accounts.*call)(
                                              std::move(credentials[0]), std::move(credentials[1]), std::move(device)));
  Json body;
  body["user"] = describe_user(signed_in.user);
  body["token"] = signed_in.token;
  reply->send(make_json(body, 201, cookie.with(signed_in.token)));
  co_return success();
}

void handle_credentials(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                        SignInCall call) {
  const auto presented = find_session_token(request);
  const auto by = presented.by == PresentedToken::By::kBearer ? PresentedToken::By::kNothing : presented.by;
  if (!passes_forgery_check(*site, request, exchange, by)) return;
  if (auto refused = limit_sign_ins(*site, request, exchange)) return exchange.reply(make_problem(*refused));
  auto credentials = parse_strings(request.body, {"name", "password"});
  if (!credentials) return exchange.reply(make_problem(credentials.error()));
  auto reply = exchange.defer();
  auto task = sign_in(site, call, std::move(credentials).value(), device_of(*site, request, exchange),
                      keep_token_line(request, site->parts.accounts.session_lifetime()), reply);
  run(exchange, std::move(task), std::move(reply));
}

aio::Task<Status> find_account(std::shared_ptr<Site> site, std::string token, std::string name,
                               std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto asker, co_await site->parts.accounts.authenticate(std::move(token)));
  GRANDSTAND_CO_RETURN_IF_ERROR(identity::check_permission(asker, permission("GET /api/v1/accounts")));
  GRANDSTAND_CO_TRY(const auto found, co_await site->parts.accounts.find(std::move(name)));
  Json body;
  body["accounts"] = Json::array({describe_user(found)});
  reply->send(make_json(body));
  co_return success();
}

aio::Task<Status> sign_out(std::shared_ptr<Site> site, std::string token, std::string cookie_line,
                           std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.sign_out(std::move(token)));
  reply->send(make_empty(std::move(cookie_line)));
  co_return success();
}

aio::Task<Status> describe_me(std::shared_ptr<Site> site, std::string token, std::shared_ptr<LateReply> reply) {
  Json body;
  body["user"] = nullptr;
  const auto user = co_await site->parts.accounts.authenticate(std::move(token));
  if (user) {
    body["user"] = describe_self(*user);
  } else if (user.error().code != ErrorCode::kUnauthenticated) {
    co_return user.error();
  }
  reply->send(make_json(body));
  co_return success();
}

aio::Task<Result<Reply>> list_sessions(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto sessions, co_await site->parts.accounts.sessions(asked.user.id));
  Json list = Json::array();
  for (const auto& session : sessions) {
    list.push_back({{"id", std::to_string(session.id)},
                    {"created_at", to_rfc3339(session.created_at)},
                    {"last_seen_at", to_rfc3339(session.last_seen_at)},
                    {"user_agent", session.device.user_agent},
                    {"network", session.device.network},
                    {"current", session.id == asked.user.session},
                    {"begun_by", session.begun_by == 0 ? Json(nullptr) : Json(std::to_string(session.begun_by))}});
  }
  Json body;
  body["sessions"] = std::move(list);
  co_return make_json(body);
}

aio::Task<Result<Reply>> end_other_sessions(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.end_other_sessions(asked.user.id, asked.user.session));
  co_return make_empty();
}

aio::Task<Result<Reply>> end_session(std::shared_ptr<Site> site, Asked asked) {
  const auto session = parse_number<std::uint64_t>(asked.path[0]);
  if (!session) co_return Error{ErrorCode::kNotFound, "the account has no such session"};
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.end_session(asked.user.id, *session));
  co_return make_empty();
}

aio::Task<Result<Reply>> change_password(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto passwords, parse_strings(asked.body, {"before", "after"}));
  const auto changed = co_await site->parts.accounts.change_password(std::move(asked.user), std::move(passwords[0]),
                                                                     std::move(passwords[1]));
  // 401 is for sessions: this one is as good as before.
  if (!changed.ok() && changed.error().code == ErrorCode::kUnauthenticated) {
    co_return Error{ErrorCode::kForbidden, changed.error().message};
  }
  if (!changed.ok()) co_return changed.error();
  co_return make_empty();
}

}  // namespace

void handle_accounts(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPost) {
    return handle_credentials(site, request, exchange, &identity::Accounts::register_account);
  }
  auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(make_problem(parameters.error()));
  auto presented = require_session(request, exchange);
  if (!presented) return;
  auto reply = exchange.defer();
  auto task = find_account(site, std::move(presented->token), (*parameters)["name"], reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_sessions(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  switch (request.method) {
    case Method::kPost:
      return handle_credentials(site, request, exchange, &identity::Accounts::sign_in);
    case Method::kDelete:
      return answer_authorised(site, request, exchange, permission("DELETE /api/v1/sessions"), end_other_sessions);
    default:
      return answer_authorised(site, request, exchange, permission("GET /api/v1/sessions"), list_sessions);
  }
}

void handle_end_session(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/sessions/<session>"), end_session);
}

void handle_sign_out(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto presented = require_session(request, exchange);
  if (!presented || !passes_forgery_check(*site, request, exchange, presented->by)) return;
  auto reply = exchange.defer();
  auto task = sign_out(site, std::move(presented->token), forget_token_line(request), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_me(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto presented = find_session_token(request);
  if (presented.by == PresentedToken::By::kNothing) {
    Json body;
    body["user"] = nullptr;
    return exchange.reply(make_json(body));
  }
  auto reply = exchange.defer();
  auto task = describe_me(site, std::move(presented.token), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_password(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("PUT /api/v1/me/password"), change_password);
}

}  // namespace grandstand::http
