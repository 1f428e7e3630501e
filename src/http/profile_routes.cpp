// SPDX-License-Identifier: MIT
#include "profile_routes.hpp"

#include "authorised.hpp"
#include "problem.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;
using Json = nlohmann::ordered_json;

std::string picture_address(const UserId& account, const std::string& version) {
  return "/api/v1/accounts/" + account.value() + "/picture?v=" + version;
}

aio::Task<Status> describe_profile(std::shared_ptr<Site> site, UserId account, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto profile, co_await site->parts.accounts.profile(account));
  const auto& user = profile.user;
  auto body = describe_user(user);
  if (user.since) body["since"] = to_rfc3339(*user.since);
  body["picture"] = profile.picture.empty() ? Json(nullptr) : Json(picture_address(user.id, profile.picture));
  reply->send(make_json(body));
  co_return success();
}

aio::Task<Status> give_picture(std::shared_ptr<Site> site, UserId account, std::string known,
                               std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto picture, co_await site->parts.accounts.picture(std::move(account)));
  reply->send(make_picture(known, picture.version, "image/jpeg", picture.jpeg, 3'600));
  co_return success();
}

aio::Task<Result<Reply>> rename(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto texts, parse_strings(asked.body, {"name"}));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.rename(std::move(asked.user), std::move(texts[0])));
  co_return make_empty();
}

aio::Task<Result<Reply>> put_picture(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto version,
                    co_await site->parts.accounts.set_picture(asked.user.id, std::move(asked.body)));
  co_return make_json({{"picture", picture_address(asked.user.id, version)}});
}

aio::Task<Result<Reply>> remove_picture(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.remove_picture(asked.user.id));
  co_return make_empty();
}

aio::Task<Result<Reply>> list_blocks(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto blocked, co_await site->parts.accounts.blocked(asked.user.id));
  Json body{{"blocked", Json::array()}};
  for (const auto& one : blocked) {
    body["blocked"].push_back({{"id", one.user.value()}, {"name", one.name}, {"since", to_rfc3339(one.since)}});
  }
  co_return make_json(body);
}

aio::Task<Result<Reply>> block(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto texts, parse_strings(asked.body, {"name"}));
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await site->parts.accounts.block(asked.user.id, UserId(asked.path[0]), std::move(texts[0])));
  co_return make_empty();
}

aio::Task<Result<Reply>> unblock(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.unblock(asked.user.id, UserId(asked.path[0])));
  co_return make_empty();
}

}  // namespace

void handle_profile(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto path = match_path("/api/v1/accounts/<account>", request.path);
  auto reply = exchange.defer();
  run(exchange, describe_profile(site, UserId(path->front()), reply), reply);
}

void handle_picture(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto path = match_path("/api/v1/accounts/<account>/picture", request.path);
  auto reply = exchange.defer();
  run(exchange, give_picture(site, UserId(path->front()), std::string(request.field(FieldName::kIfNoneMatch)), reply),
      reply);
}

void handle_name(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("PUT /api/v1/me/name"), rename);
}

void handle_own_picture(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPut) {
    return answer_authorised(site, request, exchange, permission("PUT /api/v1/me/picture"), put_picture);
  }
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/me/picture"), remove_picture);
}

void handle_blocks(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("GET /api/v1/me/blocks"), list_blocks);
}

void handle_block(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPut) {
    return answer_authorised(site, request, exchange, permission("PUT /api/v1/me/blocks/<user>"), block);
  }
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/me/blocks/<user>"), unblock);
}

}  // namespace grandstand::http
