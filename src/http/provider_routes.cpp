// SPDX-License-Identifier: MIT
#include "provider_routes.hpp"

#include "authorised.hpp"
#include "client_address.hpp"
#include "negotiation.hpp"
#include "problem.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"

#include <grandstand/base/client_network.hpp>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kCookie = "gs_provider";
constexpr std::string_view kPrefix = "/api/v1/providers/";

std::string provider_of(const Request& request) {
  return percent_decode(split_path(request.path.substr(kPrefix.size())).front()).value_or("");
}

// What the browser keeps between its two visits: state, nonce, verifier and where to go then, in parts that hold no
// dot. The state binds the answer to this browser, so nothing of it needs to be kept here.
std::string cookie_line(const Request& request, const std::string& value, std::string_view age) {
  return "Set-Cookie: " + std::string(kCookie) + "=" + value + "; Path=" + std::string(kPrefix) +
         "; HttpOnly; SameSite=Lax; Max-Age=" + std::string(age) + (came_by_https(request) ? "; Secure\r\n" : "\r\n");
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

struct Visit {
  std::string provider, callback, back;
};

aio::Task<Status> begin(std::shared_ptr<Site> site, Visit visit, std::string cookie, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto begun, co_await site->parts.accounts.begin_sign_in(visit.provider, visit.callback));
  const auto value = begun.state + "." + begun.nonce + "." + begun.verifier + "." + percent_encode(visit.back);
  cookie.replace(cookie.find('\n'), 1, value);
  reply->send(redirect(begun.url, std::move(cookie)));
  co_return success();
}

aio::Task<Status> finish(std::shared_ptr<Site> site, Visit visit, std::string code, identity::Authorization begun,
                         identity::Device device, std::string cookie, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto signed_in,
                    co_await site->parts.accounts.finish_sign_in(visit.provider, visit.callback, std::move(code),
                                                                 std::move(begun), std::move(device)));
  cookie.replace(cookie.find('\n'), 1, signed_in.token);
  reply->send(redirect(visit.back, std::move(cookie)));
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

Reply refuse(const std::string& why) {
  return make_problem(400, "invalid_argument", why);
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
  auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(make_problem(parameters.error()));
  const auto back = (*parameters)["return"].empty() ? "/" : (*parameters)["return"];
  if (!is_own_path(back)) return exchange.reply(refuse("return: expected a path of this site"));
  auto provider = provider_of(request);
  auto callback = callback_address(request, provider);
  if (!callback) return exchange.reply(refuse("Host: expected the name of this site"));
  auto reply = exchange.defer();
  auto task = begin(site, {std::move(provider), std::move(*callback), back}, cookie_line(request, "\n", "600"), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_provider_callback(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(make_problem(parameters.error()));
  const auto cookie = find_cookie(request.field(FieldName::kCookie), kCookie).value_or("");
  std::vector<std::string> parts{""};
  for (const char c : cookie) {
    if (c == '.' && parts.size() < 4) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  const auto forget = cookie_line(request, "", "0");
  const auto state = (*parameters)["state"];
  if (parts.size() != 4 || parts[0].empty() || state != parts[0]) {
    return exchange.reply(make_problem(
        400, "invalid_argument", "state: this sign-in was not begun in this browser, or ended; begin again", forget));
  }
  if (const auto error = (*parameters)["error"]; !error.empty()) {
    return exchange.reply(make_problem(403, "forbidden", "the identity provider says " + error.substr(0, 100), forget));
  }
  const auto back = percent_decode(parts[3]).value_or("/");
  auto provider = provider_of(request);
  auto callback = callback_address(request, provider);
  if (!callback || !is_own_path(back)) return exchange.reply(refuse("Host: expected the name of this site"));
  identity::Device device{std::string(request.field(FieldName::kUserAgent)),
                          client_network(client_address(*site, request, exchange))};
  auto reply = exchange.defer();
  auto task =
      finish(site, {std::move(provider), std::move(*callback), back}, (*parameters)["code"],
             {"", parts[0], parts[1], parts[2]}, std::move(device), keep_token_line(request, "\n") + forget, reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_provider_logout(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto form = parse_query(request.body);
  if (!form || !form->contains("logout_token")) return exchange.reply(refuse("logout_token: expected in a form"));
  auto reply = exchange.defer();
  auto task = log_out(site, provider_of(request), std::move((*form)["logout_token"]), reply);
  run(exchange, std::move(task), std::move(reply));
}

}  // namespace grandstand::http
