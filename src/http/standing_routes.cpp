// SPDX-License-Identifier: MIT
#include "standing_routes.hpp"

#include "authorised.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;
using identity::Role;
using Json = nlohmann::ordered_json;

Result<Role> parse_role(std::string_view body) {
  GRANDSTAND_TRY(const auto texts, parse_strings(body, {"role"}));
  const auto role = identity::parse_role(texts[0]);
  if (role) return *role;
  return Error{ErrorCode::kInvalidArgument,
               "role: \"" + texts[0] + "\" is none; expected viewer, member, moderator, creator or admin"};
}

aio::Task<Result<Reply>> give_role(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto role, parse_role(asked.body));
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await site->parts.accounts.set_role(std::move(asked.user), UserId(asked.path[0]), role));
  co_return make_empty();
}

aio::Task<Result<Reply>> disable(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await site->parts.accounts.set_disabled(std::move(asked.user), UserId(asked.path[0]), true));
  co_return make_empty();
}

aio::Task<Result<Reply>> enable(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await site->parts.accounts.set_disabled(std::move(asked.user), UserId(asked.path[0]), false));
  co_return make_empty();
}

aio::Task<Result<Reply>> list_roles(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto holders, co_await site->parts.accounts.role_holders(ChannelId(asked.path[0])));
  Json list = Json::array();
  for (const auto& holder : holders) {
    list.push_back({{"id", holder.account.value()}, {"name", holder.name}, {"role", identity::to_string(holder.role)}});
  }
  Json body;
  body["roles"] = std::move(list);
  co_return make_json(body);
}

aio::Task<Result<Reply>> give_channel_role(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto role, parse_role(asked.body));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.set_channel_role(
      std::move(asked.user), ChannelId(asked.path[0]), UserId(asked.path[1]), role));
  co_return make_empty();
}

aio::Task<Result<Reply>> take_channel_role(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.set_channel_role(
      std::move(asked.user), ChannelId(asked.path[0]), UserId(asked.path[1]), Role::kViewer));
  co_return make_empty();
}

aio::Task<Result<Reply>> follow(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto since, co_await site->parts.accounts.follow(asked.user.id, ChannelId(asked.path[0])));
  co_return make_json({{"follower_since", to_rfc3339(since)}});
}

aio::Task<Result<Reply>> unfollow(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.unfollow(asked.user.id, ChannelId(asked.path[0])));
  co_return make_empty();
}

}  // namespace

void handle_role(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("PUT /api/v1/accounts/<account>/role"), give_role);
}

void handle_disabled(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPut) {
    return answer_authorised(site, request, exchange, permission("PUT /api/v1/accounts/<account>/disabled"), disable);
  }
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/accounts/<account>/disabled"), enable);
}

void handle_channel_roles(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("GET /api/v1/channels/<channel>/roles"), list_roles);
}

void handle_channel_role(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPut) {
    return answer_authorised(site, request, exchange, permission("PUT /api/v1/channels/<channel>/roles/<account>"),
                             give_channel_role);
  }
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/channels/<channel>/roles/<account>"),
                    take_channel_role);
}

void handle_follow(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPut) {
    return answer_authorised(site, request, exchange, permission("PUT /api/v1/channels/<channel>/follow"), follow);
  }
  answer_authorised(site, request, exchange, permission("DELETE /api/v1/channels/<channel>/follow"), unfollow);
}

}  // namespace grandstand::http
