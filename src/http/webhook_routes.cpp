// SPDX-License-Identifier: MIT
#include "webhook_routes.hpp"

#include "authorised.hpp"
#include "uri_text.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/rfc3339.hpp>
#include <grandstand/webhooks/webhooks.hpp>

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;
using Json = nlohmann::ordered_json;
using webhooks::Webhook;

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Json describe(const Webhook& webhook) {
  return {{"id", std::to_string(webhook.id)}, {"url", webhook.wish.url},
          {"kinds", webhook.wish.kinds},      {"description", webhook.wish.description},
          {"enabled", webhook.wish.enabled},  {"created_at", to_rfc3339(webhook.created_at)},
          {"waiting", webhook.waiting},       {"parked", webhook.parked},
          {"dropped", webhook.dropped},       {"old_secret_until", describe_time(webhook.old_secret_until)}};
}

Json describe(const webhooks::Delivery& delivery) {
  return {{"id", std::to_string(delivery.id)},
          {"kind", delivery.kind},
          {"state", webhooks::to_string(delivery.state)},
          {"attempts", delivery.attempts},
          {"status", delivery.status},
          {"error", delivery.error},
          {"created_at", to_rfc3339(delivery.created_at)},
          {"due_at", describe_time(delivery.due_at)},
          {"finished_at", describe_time(delivery.finished_at)}};
}

Json describe(const webhooks::MadeWebhook& made) {
  auto body = describe(made.webhook);
  body["secret"] = made.secret;
  return body;
}

Result<std::uint64_t> parse_id(const std::string& text, const char* what) {
  const auto number = parse_number<std::uint64_t>(text);
  if (number && *number > 0) return *number;
  return Error{ErrorCode::kNotFound, std::string("there is no such ") + what};
}

Result<webhooks::Webhooks*> find_webhooks(const Site& site) {
  if (site.parts.webhooks != nullptr) return site.parts.webhooks;
  return Error{ErrorCode::kNotFound, "webhooks are switched off here (webhooks.enabled)"};
}

Result<nlohmann::json> parse_object(const std::string& body) {
  auto json = parse_body(body);
  if (!json.is_object()) return invalid("the body: expected a JSON object");
  return json;
}

// {"url":"https://...","kinds":["chat.message"],"description"?:"...","enabled"?:true}
Result<webhooks::WebhookWish> parse_wish(const std::string& body) {
  GRANDSTAND_TRY(const auto json, parse_object(body));
  GRANDSTAND_TRY(auto url, strings_of(json, {"url"}));
  webhooks::WebhookWish wish;
  wish.url = std::move(url[0]);
  const auto kinds = json.value("kinds", nlohmann::json());
  if (!kinds.is_array() || kinds.size() > 100) return invalid("kinds: expected an array of kinds of events");
  for (const auto& kind : kinds) {
    if (!kind.is_string()) return invalid("kinds: expected an array of kinds of events");
    wish.kinds.push_back(kind.get<std::string>());
  }
  const auto description = json.value("description", nlohmann::json("")),
             enabled = json.value("enabled", nlohmann::json(true));
  if (!description.is_string()) return invalid("description: expected a string");
  if (!enabled.is_boolean()) return invalid("enabled: expected true or false");
  wish.description = description.get<std::string>();
  wish.enabled = enabled.get<bool>();
  return wish;
}

Result<std::optional<UtcTime>> parse_moment(const nlohmann::json& json, const char* name) {
  const auto value = json.value(name, nlohmann::json());
  if (value.is_null()) return std::optional<UtcTime>();
  const auto time = parse_time(value.is_string() ? value.get<std::string>() : "");
  if (!time.ok()) return invalid(std::string(name) + ": expected a time such as 2027-01-01T00:00:00Z");
  return std::optional<UtcTime>(*time);
}

// {"delivery":"12"}, or {"from":"...","to":"..."}
Result<webhooks::Redelivery> parse_redelivery(const std::string& body) {
  GRANDSTAND_TRY(const auto json, parse_object(body));
  webhooks::Redelivery which;
  if (const auto delivery = json.value("delivery", nlohmann::json()); !delivery.is_null()) {
    GRANDSTAND_TRY(which.delivery, parse_id(delivery.is_string() ? delivery.get<std::string>() : "", "delivery"));
  }
  GRANDSTAND_TRY(which.from, parse_moment(json, "from"));
  GRANDSTAND_TRY(which.to, parse_moment(json, "to"));
  return which;
}

// "?state=parked&before=120&limit=50"
Result<webhooks::DeliveryQuery> parse_delivery_query(const std::string& text) {
  GRANDSTAND_TRY(const auto parameters, parse_query(text));
  webhooks::DeliveryQuery query;
  for (const auto& [name, value] : parameters) {
    if (name == "state") {
      query.state = webhooks::parse_delivery_state(value);
      if (!query.state) return invalid("state: expected waiting, delivered or parked");
    } else if (name == "before" || name == "limit") {
      const auto number = parse_id(value, "number");
      if (!number.ok()) return invalid(name + ": expected a number above 0");
      if (name == "before") query.before = *number;
      if (name == "limit") query.limit = static_cast<std::size_t>(*number);
    } else {
      return invalid("expected state, before and limit");
    }
  }
  return query;
}

aio::Task<Result<Reply>> list_webhooks(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(const auto found, co_await webhooks->list(ChannelId(asked.path[0])));
  Json body;
  body["webhooks"] = Json::array();
  for (const auto& webhook : found) body["webhooks"].push_back(describe(webhook));
  body["kinds"] = webhooks->kinds();
  co_return make_json(body);
}

aio::Task<Result<Reply>> create_webhook(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(auto wish, parse_wish(asked.body));
  GRANDSTAND_CO_TRY(const auto made, co_await webhooks->create(ChannelId(asked.path[0]), std::move(wish)));
  co_return make_json(describe(made), 201);
}

aio::Task<Result<Reply>> change_webhook(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(const auto id, parse_id(asked.path[1], "webhook"));
  GRANDSTAND_CO_TRY(auto wish, parse_wish(asked.body));
  GRANDSTAND_CO_TRY(const auto changed, co_await webhooks->change(ChannelId(asked.path[0]), id, std::move(wish)));
  co_return make_json(describe(changed));
}

aio::Task<Result<Reply>> remove_webhook(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(const auto id, parse_id(asked.path[1], "webhook"));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await webhooks->remove(ChannelId(asked.path[0]), id));
  co_return make_empty();
}

aio::Task<Result<Reply>> rotate_secret(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(const auto id, parse_id(asked.path[1], "webhook"));
  GRANDSTAND_CO_TRY(const auto made, co_await webhooks->rotate_secret(ChannelId(asked.path[0]), id));
  co_return make_json(describe(made));
}

aio::Task<Result<Reply>> list_deliveries(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(const auto id, parse_id(asked.path[1], "webhook"));
  GRANDSTAND_CO_TRY(const auto query, parse_delivery_query(asked.query));
  GRANDSTAND_CO_TRY(const auto found, co_await webhooks->deliveries(ChannelId(asked.path[0]), id, query));
  Json body;
  body["deliveries"] = Json::array();
  for (const auto& delivery : found) body["deliveries"].push_back(describe(delivery));
  co_return make_json(body);
}

aio::Task<Result<Reply>> redeliver(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(auto* const webhooks, find_webhooks(*site));
  GRANDSTAND_CO_TRY(const auto id, parse_id(asked.path[1], "webhook"));
  GRANDSTAND_CO_TRY(const auto which, parse_redelivery(asked.body));
  GRANDSTAND_CO_TRY(const auto count, co_await webhooks->redeliver(ChannelId(asked.path[0]), id, which));
  Json body;
  body["deliveries"] = count;
  co_return make_json(body, 202);
}

}  // namespace

void handle_webhooks(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPost) {
    return answer_authorised(site, request, exchange, permission("POST /api/v1/channels/<channel>/webhooks"),
                             create_webhook);
  }
  answer_authorised(site, request, exchange, permission("GET /api/v1/channels/<channel>/webhooks"), list_webhooks);
}

void handle_webhook(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kDelete) {
    return answer_authorised(site, request, exchange,
                             permission("DELETE /api/v1/channels/<channel>/webhooks/<webhook>"), remove_webhook);
  }
  answer_authorised(site, request, exchange, permission("PUT /api/v1/channels/<channel>/webhooks/<webhook>"),
                    change_webhook);
}

void handle_webhook_secret(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("POST /api/v1/channels/<channel>/webhooks/<webhook>/secret"),
                    rotate_secret);
}

void handle_deliveries(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kPost) {
    return answer_authorised(site, request, exchange,
                             permission("POST /api/v1/channels/<channel>/webhooks/<webhook>/deliveries"), redeliver);
  }
  answer_authorised(site, request, exchange, permission("GET /api/v1/channels/<channel>/webhooks/<webhook>/deliveries"),
                    list_deliveries);
}

}  // namespace grandstand::http
