// SPDX-License-Identifier: MIT
#include "provider_routes.hpp"

#include "authorised.hpp"
#include "negotiation.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using identity::permission;
using Json = nlohmann::ordered_json;

constexpr std::string_view kCookie = "gs_provider";
constexpr std::string_view kPrefix = "/api/v1/providers/";

std::string provider_of(const Request& request) {
  return percent_decode(split_path(request.path.substr(kPrefix.size())).front()).value_or("");
}

// A sign-in under way. The browser keeps it between its two visits, in parts that hold no dot; it binds the answer to
// this browser, so nothing of it needs to be kept here.
struct Journey {
  std::string provider;
  std::string state, nonce, verifier;
  std::string session;  // of the account that is to be connected with the identity; empty: somebody signs in
  std::string back;     // where to go in the end
};

std::string encode(const Journey& journey) {
  return journey.provider + "." + journey.state + "." + journey.nonce + "." + journey.verifier + "." + journey.session +
         "." + percent_encode(journey.back);
}

std::optional<Journey> find_journey(const Request& request) {
  const auto cookie = find_cookie(request.field(FieldName::kCookie), kCookie).value_or("");
  std::array<std::string, 6> parts;
  std::size_t at = 0;
  for (const char c : cookie) {
    if (c == '.' && at + 1 < parts.size()) {
      ++at;
    } else {
      parts[at] += c;
    }
  }
  if (at + 1 < parts.size() || parts[1].empty()) return std::nullopt;
  return Journey{parts[0], parts[1], parts[2], parts[3], parts[4], percent_decode(parts[5]).value_or("/")};
}

CookieLine make_journey_line(const Request& request, int seconds) {
  return make_cookie_line(request, kCookie, kPrefix, seconds);
}

// A path of ours: nothing that a browser would take for another site.
bool is_own_path(std::string_view path) {
  return path.starts_with('/') && !path.starts_with("//") && path.find('\\') == std::string_view::npos &&
         path.size() <= 512 &&
         std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~' && c != '"' && c != ';' && c != ','; });
}

Reply redirect(const std::string& to, std::string fields) {
  Reply reply;
  reply.status = 302;
  reply.fields = "Location: " + to + "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n" + fields;
  return reply;
}

std::optional<std::string> callback_address(const Request& request, const std::string& provider) {
  const auto base = public_base_url(request);
  if (!base) return std::nullopt;
  return *base + std::string(kPrefix) + percent_encode(provider) + "/callback";
}

// Where the browser goes; what it keeps meanwhile is put in `journey`.
aio::Task<Result<std::string>> begin(std::shared_ptr<Site> site, std::shared_ptr<Journey> journey,
                                     std::string callback) {
  GRANDSTAND_CO_TRY(auto begun, co_await site->parts.accounts.begin_sign_in(journey->provider, std::move(callback)));
  journey->state = std::move(begun.state);
  journey->nonce = std::move(begun.nonce);
  journey->verifier = std::move(begun.verifier);
  co_return std::move(begun.url);
}

aio::Task<Status> begin_sign_in(std::shared_ptr<Site> site, std::shared_ptr<Journey> journey, std::string callback,
                                CookieLine cookie, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto url, co_await begin(std::move(site), journey, std::move(callback)));
  reply->send(redirect(url, cookie.with(encode(*journey))));
  co_return success();
}

// The page goes there itself: a redirect would not leave its fetch().
aio::Task<Status> begin_link(std::shared_ptr<Site> site, std::shared_ptr<Journey> journey, std::string callback,
                             CookieLine cookie, std::string token, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto user, co_await site->parts.accounts.authenticate(std::move(token)));
  GRANDSTAND_CO_RETURN_IF_ERROR(identity::check_permission(user, permission("POST /api/v1/me/providers/<provider>")));
  journey->session = std::to_string(user.session);
  GRANDSTAND_CO_TRY(const auto url, co_await begin(std::move(site), journey, std::move(callback)));
  reply->send(make_json({{"url", url}}, 200, cookie.with(encode(*journey))));
  co_return success();
}

aio::Task<Status> finish(std::shared_ptr<Site> site, Journey journey, std::string callback, std::string code,
                         identity::Device device, CookieLine cookie, std::shared_ptr<LateReply> reply) {
  auto& accounts = site->parts.accounts;
  GRANDSTAND_CO_TRY(const auto signed_in,
                    co_await accounts.finish_sign_in(journey.provider, std::move(callback), std::move(code),
                                                     {"", journey.state, journey.nonce, journey.verifier}, device));
  reply->send(redirect(journey.back, cookie.with(signed_in.token)));
  co_return success();
}

aio::Task<Status> finish_link(std::shared_ptr<Site> site, Journey journey, std::string callback, std::string code,
                              std::string token, std::string forget, std::shared_ptr<LateReply> reply) {
  auto& accounts = site->parts.accounts;
  GRANDSTAND_CO_TRY(const auto user, co_await accounts.authenticate(std::move(token)));
  if (std::to_string(user.session) != journey.session) {
    co_return Error{ErrorCode::kForbidden, "somebody else has signed in here since; begin again"};
  }
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await accounts.link_provider(user.id, journey.provider, std::move(callback),
                                                                std::move(code),
                                                                {"", journey.state, journey.nonce, journey.verifier}));
  reply->send(redirect(journey.back, std::move(forget)));
  co_return success();
}

aio::Task<Status> log_out(std::shared_ptr<Site> site, std::string provider, std::string token,
                          std::shared_ptr<LateReply> reply) {
  const auto ended = co_await site->parts.accounts.end_provider_sessions(std::move(provider), std::move(token));
  // OpenID Connect Back-Channel Logout 1.0, 2.8: what is wrong with the token is 400.
  if (!ended.ok() && ended.error().code == ErrorCode::kUnauthenticated) {
    co_return Error{ErrorCode::kInvalidArgument, ended.error().message};
  }
  if (!ended.ok()) co_return ended.error();
  Reply answer;
  answer.fields = "Cache-Control: no-store\r\n";
  reply->send(std::move(answer));
  co_return success();
}

aio::Task<Result<Reply>> list_linked(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto linked, co_await site->parts.accounts.linked_providers(asked.user.id));
  Json body{{"providers", Json::array()}};
  for (const auto& provider : site->parts.accounts.providers()) {
    const bool is_linked = std::ranges::find(linked, provider.id) != linked.end();
    body["providers"].push_back({{"id", provider.id}, {"title", provider.title}, {"linked", is_linked}});
  }
  co_return make_json(body);
}

aio::Task<Result<Reply>> unlink(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await site->parts.accounts.unlink_provider(asked.user.id, asked.path[0]));
  co_return make_empty();
}

Problem refusal(std::string why) {
  return {400, "invalid_argument", std::move(why)};
}

// Where browsers go by themselves, people see what went wrong.
Shown shown_to(const Request& request) {
  if (!accepts_html(request.field(FieldName::kAccept))) return make_problem;
  return [](const Problem& problem) { return make_page(problem, "Signing in did not work"); };
}

}  // namespace

void handle_providers(const std::shared_ptr<Site>& site, const Request&, Exchange& exchange) {
  Json body{{"providers", Json::array()}};
  for (const auto& provider : site->parts.accounts.providers()) {
    body["providers"].push_back(
        {{"id", provider.id}, {"title", provider.title}, {"sign_in", std::string(kPrefix) + provider.id + "/sign_in"}});
  }
  exchange.reply(make_json(body));
}

void handle_provider_sign_in(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto shown = shown_to(request);
  auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(shown(problem_of(parameters.error())));
  auto journey = std::make_shared<Journey>(Journey{.provider = provider_of(request), .back = (*parameters)["return"]});
  if (journey->back.empty()) journey->back = "/";
  if (!is_own_path(journey->back)) return exchange.reply(shown(refusal("return: expected a path of this site")));
  auto callback = callback_address(request, journey->provider);
  if (!callback) return exchange.reply(shown(refusal("Host: expected the name of this site")));
  auto reply = exchange.defer();
  auto task = begin_sign_in(site, std::move(journey), std::move(*callback), make_journey_line(request, 600), reply);
  run(exchange, std::move(task), std::move(reply), shown);
}

void handle_provider_link(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (request.method == Method::kDelete) {
    return answer_authorised(site, request, exchange, permission("DELETE /api/v1/me/providers/<provider>"), unlink);
  }
  auto presented = require_session(request, exchange);
  if (!presented || !passes_forgery_check(*site, request, exchange, presented->by)) return;
  auto path = match_path("/api/v1/me/providers/<provider>", request.path);
  if (!path) return exchange.reply(make_problem(refusal("the path is not well percent-encoded")));
  auto callback = callback_address(request, path->front());
  if (!callback) return exchange.reply(make_problem(refusal("Host: expected the name of this site")));
  auto journey = std::make_shared<Journey>(Journey{.provider = std::move(path->front()), .back = "/"});
  auto reply = exchange.defer();
  auto task = begin_link(site, std::move(journey), std::move(*callback), make_journey_line(request, 600),
                         std::move(presented->token), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_linked_providers(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, permission("GET /api/v1/me/providers"), list_linked);
}

void handle_provider_callback(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto shown = shown_to(request);
  auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(shown(problem_of(parameters.error())));
  const auto forget = make_journey_line(request, 0).with("");
  const auto refuse_state = [&](const char* why) {
    site->metrics.count_refused(HttpMetrics::Refused::kProviderState);
    exchange.reply(shown({400, "invalid_argument", why, forget}));
  };
  auto journey = find_journey(request);
  const auto provider = provider_of(request);
  if (!journey || journey->provider != provider || (*parameters)["state"] != journey->state) {
    return refuse_state("state: this sign-in was not begun in this browser, or ended; begin again");
  }
  // RFC 9207: whose answer this is, so that one provider cannot pass for another.
  const auto listed = site->parts.accounts.providers();
  const auto known = std::ranges::find(listed, provider, &identity::ListedProvider::id);
  if (parameters->contains("iss") && known != listed.end() && (*parameters)["iss"] != known->issuer) {
    return refuse_state("iss: this is the answer of another identity provider");
  }
  if (const auto error = (*parameters)["error"]; !error.empty()) {
    const auto why = "the identity provider says " + error.substr(0, 100);
    return exchange.reply(shown({403, "forbidden", why, forget}));
  }
  auto callback = callback_address(request, provider);
  if (!callback || !is_own_path(journey->back)) return refuse_state("Host: expected the name of this site");
  if (auto refused = limit_sign_ins(*site, request, exchange)) return exchange.reply(shown(*refused));
  auto keep = keep_token_line(request, site->parts.accounts.session_lifetime());
  keep.after += forget;
  auto code = std::move((*parameters)["code"]);
  auto reply = exchange.defer();
  auto task = journey->session.empty() ? finish(site, std::move(*journey), std::move(*callback), std::move(code),
                                                device_of(*site, request, exchange), std::move(keep), reply)
                                       : finish_link(site, std::move(*journey), std::move(*callback), std::move(code),
                                                     find_session_token(request).token, forget, reply);
  run(exchange, std::move(task), std::move(reply), shown);
}

void handle_provider_logout(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto form = parse_query(request.body);
  if (!form || !form->contains("logout_token"))
    return exchange.reply(make_problem(refusal("logout_token: expected in a form")));
  auto reply = exchange.defer();
  auto task = log_out(site, provider_of(request), std::move((*form)["logout_token"]), reply);
  run(exchange, std::move(task), std::move(reply));
}

}  // namespace grandstand::http
