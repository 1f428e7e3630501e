// SPDX-License-Identifier: MIT
#include "device_routes.hpp"

#include "authorised.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::DeviceAnswer;
using identity::DeviceCode;
using Json = nlohmann::json;

// What the phone decides: as whom is said by the session, or by the guest.
struct Decision {
  std::string user_code;
  bool allow = false;
  std::string guest_name, guest_token;
  std::string session;
};

Result<Decision> parse_decision(const Request& request) {
  const auto path = match_path("/api/v1/device_codes/<code>", request.path);
  const auto json = parse_body(request.body);
  const auto allow = json.is_object() ? json.value("allow", Json()) : Json();
  if (!allow.is_boolean()) return Error{ErrorCode::kInvalidArgument, "allow: expected true or false"};
  Decision decision{path->front(), allow.get<bool>(), {}, {}, find_session_token(request).token};
  if (const auto guest = json.value("guest", Json()); !guest.is_null()) {
    GRANDSTAND_TRY(auto texts, strings_of(guest, {"name", "token"}));
    decision.guest_name = std::move(texts[0]);
    decision.guest_token = std::move(texts[1]);
  }
  return decision;
}

aio::Task<Status> begin(std::shared_ptr<Site> site, identity::Device device, std::string page,
                        std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto code, co_await site->parts.accounts.begin_device(std::move(device)));
  reply->send(make_json({{"device_code", code.secret},
                         {"user_code", code.user_code},
                         {"verification_uri", page},
                         {"verification_uri_complete", page + "?code=" + code.user_code},
                         {"expires_in", DeviceCode::kLifetime.count()},
                         {"interval", DeviceCode::kInterval.count()}}));
  co_return success();
}

aio::Task<Status> show(std::shared_ptr<Site> site, std::string user_code, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto waiting, co_await site->parts.accounts.waiting_device(std::move(user_code)));
  reply->send(make_json({{"user_code", waiting.user_code},
                         {"user_agent", waiting.device.user_agent},
                         {"network", waiting.device.network},
                         {"asked_at", to_rfc3339(waiting.asked_at)},
                         {"expires_at", to_rfc3339(waiting.expires_at)}}));
  co_return success();
}

aio::Task<Status> decide(std::shared_ptr<Site> site, Decision decision, std::shared_ptr<LateReply> reply) {
  auto& accounts = site->parts.accounts;
  auto who = decision.session.empty()
                 ? co_await accounts.guest(std::move(decision.guest_name), std::move(decision.guest_token))
                 : co_await accounts.authenticate(std::move(decision.session));
  if (!who.ok()) co_return who.error();
  GRANDSTAND_CO_RETURN_IF_ERROR(
      co_await accounts.decide_device(std::move(decision.user_code), std::move(*who), decision.allow));
  reply->send(make_empty());
  co_return success();
}

// RFC 8628 3.5, whose errors are the codes of our problems.
Problem not_yet(DeviceAnswer answer) {
  switch (answer) {
    case DeviceAnswer::kPending:
      return {400, "authorization_pending", "nobody has let this television in yet; ask again"};
    case DeviceAnswer::kSlowDown:
      return {400, "slow_down", "this television asks too often; wait five seconds longer from now on"};
    case DeviceAnswer::kDenied:
      return {400, "access_denied", "this television was not let in"};
    default:
      return {400, "expired_token", "the code has expired; ask for another"};
  }
}

aio::Task<Status> poll(std::shared_ptr<Site> site, std::string secret, identity::Device device, CookieLine cookie,
                       std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto heard, co_await site->parts.accounts.poll_device(std::move(secret), std::move(device)));
  if (heard.answer != DeviceAnswer::kAllowed) {
    reply->send(make_problem(not_yet(heard.answer)));
  } else if (heard.sign_in) {
    const auto& token = heard.sign_in->token;
    reply->send(make_json({{"user", describe_user(heard.sign_in->user)}, {"token", token}}, 201, cookie.with(token)));
  } else {
    reply->send(make_json({{"user", nullptr}, {"guest", {{"name", heard.guest_name}}}}, 201));
  }
  co_return success();
}

PresentedToken::By by_cookie_at_most(const Request& request) {
  const auto by = find_session_token(request).by;
  return by == PresentedToken::By::kBearer ? PresentedToken::By::kNothing : by;
}

}  // namespace

void handle_device_codes(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!passes_forgery_check(*site, request, exchange, by_cookie_at_most(request))) return;
  if (auto refused = limit_sign_ins(*site, request, exchange)) return exchange.reply(make_problem(*refused));
  const auto base = public_base_url(request);
  if (!base) return exchange.reply(make_problem(400, "invalid_argument", "Host: expected the name of this site"));
  auto reply = exchange.defer();
  run(exchange, begin(site, device_of(*site, request, exchange), *base + "/link", reply), reply);
}

void handle_device_code(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method != Method::kPut) {
    if (auto refused = limit_sign_ins(*site, request, exchange)) return exchange.reply(make_problem(*refused));
    auto reply = exchange.defer();
    auto task = show(site, match_path("/api/v1/device_codes/<code>", request.path)->front(), reply);
    return run(exchange, std::move(task), std::move(reply));
  }
  if (!passes_forgery_check(*site, request, exchange, find_session_token(request).by)) return;
  if (auto refused = limit_sign_ins(*site, request, exchange)) return exchange.reply(make_problem(*refused));
  auto decision = parse_decision(request);
  if (!decision) return exchange.reply(make_problem(decision.error()));
  auto reply = exchange.defer();
  run(exchange, decide(site, std::move(*decision), reply), reply);
}

void handle_device_sessions(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!passes_forgery_check(*site, request, exchange, by_cookie_at_most(request))) return;
  auto secret = parse_strings(request.body, {"device_code"});
  if (!secret) return exchange.reply(make_problem(secret.error()));
  auto reply = exchange.defer();
  auto task = poll(site, std::move(secret->front()), device_of(*site, request, exchange),
                   keep_token_line(request, site->parts.accounts.session_lifetime()), reply);
  run(exchange, std::move(task), std::move(reply));
}

}  // namespace grandstand::http
