// SPDX-License-Identifier: MIT
#include "authorised.hpp"

#include "client_address.hpp"
#include "negotiation.hpp"
#include "uri_text.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/base/rfc3339.hpp>
#include <grandstand/wire/error_codes.hpp>

#include <chrono>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kChannel = "/<channel>";

// Of "PUT /api/v1/me/password".
std::string_view pattern_of(const identity::Permission& permission) {
  return permission.action.substr(permission.action.find(' ') + 1);
}

aio::Task<Status> authorise(std::shared_ptr<Site> site, identity::Permission permission, std::string token,
                            Answer answer, Asked asked, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(asked.user, co_await site->parts.accounts.authenticate(std::move(token)));
  const bool in_channel = pattern_of(permission).find(kChannel) != std::string_view::npos;
  const ChannelId channel(in_channel ? asked.path.front() : "");
  GRANDSTAND_CO_RETURN_IF_ERROR(identity::check_permission(asked.user, permission, channel));
  if (in_channel && !site->parts.catalogue.lists(channel)) {
    co_return Error{ErrorCode::kNotFound, "the lineup has no such channel"};
  }
  GRANDSTAND_CO_TRY(auto answered, co_await answer(std::move(site), std::move(asked)));
  reply->send(std::move(answered));
  co_return success();
}

Problem too_often(std::string detail, std::chrono::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return {429, "rate_limited", std::move(detail), "Retry-After: " + std::to_string(seconds) + "\r\n"};
}

}  // namespace

std::optional<PresentedToken> require_session(const Request& request, Exchange& exchange) {
  auto presented = find_session_token(request);
  if (presented.by != PresentedToken::By::kNothing) return presented;
  exchange.reply(make_problem(401, "unauthenticated", "no session is given, by cookie or bearer token"));
  return std::nullopt;
}

bool passes_forgery_check(const Site& site, const Request& request, Exchange& exchange, PresentedToken::By by) {
  const auto allowed = check_forgery(request, by, site.settings.allowed_origins);
  if (allowed.ok()) return true;
  const auto& [code, message] = allowed.error();
  exchange.reply(make_problem(code == ErrorCode::kUnsupported ? 415 : 403, wire::wire_name(code), message));
  return false;
}

std::optional<Problem> limit_sign_ins(Site& site, const Request& request, Exchange& exchange) {
  auto& limiter = site.desks[exchange.loop().index()].sign_ins;
  const auto wait = limiter.try_take(client_address(site, request, exchange), exchange.now());
  if (wait.count() == 0) return std::nullopt;
  site.metrics.count_refused(HttpMetrics::Refused::kSignInLimit);
  return too_often("too many attempts from this address", wait);
}

std::optional<Problem> limit_api_requests(Site& site, const Request& request, Exchange& exchange) {
  const auto client = client_address(site, request, exchange);
  const auto parsed = IpAddress::parse(client);
  // A proxy that does not say for whom it asks would be everybody.
  if (site.settings.max_api_requests_per_client == 0 || (parsed && contains(site.settings.trusted_proxies, *parsed)))
    return std::nullopt;
  const auto wait = site.desks[exchange.loop().index()].api.try_take(client, exchange.now());
  if (wait.count() == 0) return std::nullopt;
  site.metrics.count_refused(HttpMetrics::Refused::kApiLimit);
  return too_often("too many requests from this address (http.max_api_requests_per_client)", wait);
}

identity::Device device_of(const Site& site, const Request& request, const Exchange& exchange) {
  return {std::string(request.field(FieldName::kUserAgent)), client_network(client_address(site, request, exchange))};
}

void answer_authorised(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                       const identity::Permission& permission, Answer answer) {
  auto presented = require_session(request, exchange);
  if (!presented) return;
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (!reads && !passes_forgery_check(*site, request, exchange, presented->by)) return;
  auto path = match_path(pattern_of(permission), request.path);
  if (!path) return exchange.reply(make_problem(400, "invalid_argument", "the path is not well percent-encoded"));
  auto reply = exchange.defer();
  auto task = authorise(site, permission, std::move(presented->token), answer,
                        {{}, std::move(*path), std::string(request.body), std::string(request.query)}, reply);
  run(exchange, std::move(task), std::move(reply));
}

Reply make_json(const Json& body, int status, std::string fields) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/json";
  reply.fields = std::move(fields) + "Cache-Control: no-store\r\n";
  reply.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

Reply make_picture(std::string_view known, const std::string& version, std::string_view content_type,
                   const SharedBytes& bytes, int seconds) {
  const auto etag = "\"" + version + "\"";
  Reply reply;
  reply.fields = "ETag: " + etag + "\r\nCache-Control: public, max-age=" + std::to_string(seconds) + "\r\n";
  if (matches_etag(known, etag)) {
    reply.status = 304;
  } else {
    reply.content_type = content_type;
    reply.body = std::string(bytes.view());
  }
  return reply;
}

Reply make_empty(std::string fields) {
  Reply reply;
  reply.status = 204;
  reply.fields = std::move(fields);
  return reply;
}

Json describe_user(const identity::User& user) {
  return {{"id", user.id.value()}, {"name", user.name}, {"role", identity::to_string(user.role)}};
}

Json describe_time(const std::optional<UtcTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

nlohmann::json parse_body(std::string_view body) {
  return nlohmann::json::parse(body, nullptr, false);
}

Result<std::vector<std::string>> strings_of(const nlohmann::json& body, const std::vector<std::string>& names) {
  if (body.is_discarded()) return Error{ErrorCode::kInvalidArgument, "the body is not JSON"};
  if (!body.is_object()) return Error{ErrorCode::kInvalidArgument, "the body: expected an object"};
  std::vector<std::string> values;
  for (const auto& name : names) {
    const auto found = body.find(name);
    if (found == body.end() || !found->is_string()) {
      return Error{ErrorCode::kInvalidArgument, name + ": expected a string"};
    }
    values.push_back(found->get<std::string>());
  }
  return values;
}

Result<std::vector<std::string>> parse_strings(std::string_view body, const std::vector<std::string>& names) {
  return strings_of(parse_body(body), names);
}

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> variables;
  for (;;) {
    const auto end = pattern.find('/', 1), path_end = path.find('/', 1);
    const auto part = path.substr(0, path_end);
    if (pattern.starts_with("/<")) {
      auto decoded = percent_decode(part.substr(part.empty() ? 0 : 1));
      if (!decoded || decoded->empty()) return std::nullopt;
      variables.push_back(std::move(*decoded));
    } else if (part != pattern.substr(0, end)) {
      return std::nullopt;
    }
    if ((end == std::string_view::npos) != (path_end == std::string_view::npos)) return std::nullopt;
    if (end == std::string_view::npos) return variables;
    pattern.remove_prefix(end);
    path.remove_prefix(path_end);
  }
}

}  // namespace grandstand::http
