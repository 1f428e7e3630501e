// SPDX-License-Identifier: MIT
#include "emote_routes.hpp"

#include "authorised.hpp"
#include "problem.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;

aio::Task<Status> give(std::shared_ptr<Site> site, ChannelId channel, std::string name, std::string known,
                       std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto emote, co_await site->parts.accounts.emote(std::move(channel), std::move(name)));
  reply->send(make_picture(known, emote.version, "image/png", emote.png, 24 * 3'600));
  co_return success();
}

aio::Task<Result<Reply>> put(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto version, co_await site->parts.accounts.set_emote(ChannelId(asked.path[0]), asked.path[1],
                                                                                std::move(asked.body)));
  co_return make_json({{"name", asked.path[1]}, {"version", version}});
}

aio::Task<Result<Reply>> remove(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.remove_emote(ChannelId(asked.path[0]), asked.path[1]));
  co_return make_empty();
}

}  // namespace

void handle_emote(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPut) {
    return answer_authorised(site, request, exchange, permission("PUT /api/v1/channels/<channel>/emotes/<emote>"), put);
  }
  if (request.method == Method::kDelete) {
    return answer_authorised(site, request, exchange, permission("DELETE /api/v1/channels/<channel>/emotes/<emote>"),
                             remove);
  }
  const auto path = match_path("/api/v1/channels/<channel>/emotes/<emote>", request.path);
  if (!path) return exchange.reply(make_problem(400, "invalid_argument", "the path is not well percent-encoded"));
  auto reply = exchange.defer();
  run(exchange,
      give(site, ChannelId(path->front()), path->back(), std::string(request.field(FieldName::kIfNoneMatch)), reply),
      reply);
}

}  // namespace grandstand::http
