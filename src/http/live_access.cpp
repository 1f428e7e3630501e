// SPDX-License-Identifier: MIT
#include "live_access.hpp"

#include "client_address.hpp"
#include "live_target.hpp"
#include "negotiation.hpp"
#include "problem.hpp"
#include "session_token.hpp"
#include "site_address.hpp"

#include <grandstand/access/gate.hpp>

#include <functional>
#include <utility>

namespace grandstand::http {
namespace {

constexpr std::string_view kCookie = "grandstand_playback";

using access::Refusal;
using access::Verdict;
using access::Viewing;

Viewing make_viewing(const Site& site, std::string_view path, std::string_view query, const Request& request,
                     const Exchange& exchange) {
  const auto target = parse_live_target(path);
  const auto asked = parse_live_query(query);
  Viewing viewing;
  viewing.channel = target.channel();
  viewing.address = client_address(site, request, exchange);
  viewing.token = target.token;
  viewing.player = target.player;
  viewing.user_agent = request.field(FieldName::kUserAgent);
  if (viewing.token.empty() && !asked.token.empty()) {
    viewing.token = asked.token;
    viewing.entry = true;
  } else if (const auto kept = find_cookie(request.field(FieldName::kCookie), kCookie);
             viewing.token.empty() && kept && !kept->empty()) {
    const auto separator = kept->find('~');
    viewing.token = kept->substr(0, separator);
    if (separator != std::string_view::npos) viewing.player = kept->substr(separator + 1);
  }
  if (site.parts.gate->asks_hook(viewing.channel)) {
    if (viewing.entry || (viewing.token.empty() && !asked.foreign.empty())) {
      viewing.entry = true;
      viewing.query = query;
      viewing.customer = asked.foreign;
      if (!asked.token.empty()) viewing.customer += "&token=" + std::string(asked.token);
    }
    if (const auto basic = find_basic(request.field(FieldName::kAuthorization))) {
      viewing.user = basic->user;
      viewing.password = basic->password;
    }
  }
  viewing.account_token = find_session_token(request).token;
  return viewing;
}

void refuse(const Verdict& verdict, const Request& request, Exchange& exchange) {
  const auto code = access::to_string(verdict.refusal);
  const bool says_nothing = request.field(FieldName::kAuthorization).empty() && request.query.empty();
  switch (verdict.refusal) {
    case Refusal::kHook:
      // Players send the user and password of an address only when they are asked.
      if (!says_nothing) return exchange.reply(make_problem(403, code, verdict.reason));
      return exchange.reply(
          make_problem(401, code, verdict.reason, "WWW-Authenticate: Basic realm=\"Grandstand\"\r\n"));
    case Refusal::kSignInRequired:
      return exchange.reply(make_problem(401, code, verdict.reason));
    case Refusal::kUnavailable:
      return exchange.reply(make_problem(503, code, verdict.reason, "Retry-After: 3\r\n"));
    default:
      return exchange.reply(make_problem(403, code, verdict.reason));
  }
}

void redirect(const Request& request, Exchange& exchange, const Verdict& verdict) {
  const auto target = parse_live_target(request.path);
  const auto query = parse_live_query(request.query);
  Reply reply;
  reply.status = 302;
  reply.content_type = "text/plain; charset=utf-8";
  reply.fields = "Cache-Control: no-store\r\n";
  auto location = query.keeps_cookie ? live_prefix({}, {}) : live_prefix(verdict.token, verdict.player);
  location += target.path;
  if (!query.ours.empty()) location += "?" + query.ours;
  if (query.keeps_cookie) {
    reply.fields += "Set-Cookie: " + std::string(kCookie) + "=" + verdict.token + "~" + verdict.player +
                    "; Path=/live/" + std::string(target.channel()) + "/; HttpOnly; SameSite=Lax" +
                    (came_by_https(request) ? "; Secure" : "") + "\r\n";
  }
  reply.fields += "Location: " + location + "\r\n";
  reply.body = location + "\n";
  exchange.reply(std::move(reply));
}

// Decides about the viewing and has `conclude` answer the request, now or later.
void decide(const std::shared_ptr<Site>& site, Viewing viewing, const Request& request, Exchange& exchange,
            std::function<void(const Verdict&, const Request&, Exchange&)> conclude) {
  auto& gate = *site->parts.gate;
  if (gate.open_to_all(viewing.channel)) return conclude({}, request, exchange);
  if (const auto verdict = gate.known(exchange.loop(), viewing)) return conclude(*verdict, request, exchange);
  auto late = exchange.defer();
  gate.ask(exchange.loop(), std::move(viewing),
           [late = std::move(late), conclude = std::move(conclude)](const Verdict& verdict) {
             if (auto* const waiting = late->take()) conclude(verdict, waiting->request(), *waiting);
           });
}

}  // namespace

void admit_live(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange, ServeLive serve) {
  const auto target = parse_live_target(request.path);
  if (site->parts.gate == nullptr || site->parts.gate->open_to_all(target.channel())) {
    return serve(site, target.path, request, exchange);
  }
  decide(site, make_viewing(*site, request.path, request.query, request, exchange), request, exchange,
         [site, serve](const Verdict& verdict, const Request& asked, Exchange& answered) {
           if (!verdict.allowed()) return refuse(verdict, asked, answered);
           if (!verdict.token.empty()) return redirect(asked, answered, verdict);
           serve(site, parse_live_target(asked.path).path, asked, answered);
         });
}

Viewing viewing_of(const Site& site, std::string_view channel, const Request& request, const Exchange& exchange) {
  if (request.path.starts_with("/live/")) return make_viewing(site, request.path, request.query, request, exchange);
  return make_viewing(site, live_prefix({}, {}) + std::string(channel) + "/", request.query, request, exchange);
}

void admit_channel(const std::shared_ptr<Site>& site, const ChannelId& channel, const Request& request,
                   Exchange& exchange, ServeLive serve) {
  if (site->parts.gate == nullptr) return serve(site, {}, request, exchange);
  const auto path = live_prefix({}, {}) + channel.value() + "/";
  decide(site, make_viewing(*site, path, request.query, request, exchange), request, exchange,
         [site, serve](const Verdict& verdict, const Request& asked, Exchange& answered) {
           verdict.allowed() ? serve(site, {}, asked, answered) : refuse(verdict, asked, answered);
         });
}

void handle_access(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto uri = request.field(FieldName::kOriginalUri);
  const auto question = uri.find('?');
  const auto path = uri.substr(0, question);
  // No channel would be one that is open to all.
  if (!path.starts_with("/live/") || parse_live_target(path).channel().empty()) {
    return exchange.reply(make_problem(400, "invalid_argument", "X-Original-URI: expected the address of a channel"));
  }
  const auto query = question == std::string_view::npos ? std::string_view{} : uri.substr(question + 1);
  const auto answer = [](const Verdict& verdict, const Request& asked, Exchange& answered) {
    if (!verdict.allowed()) return refuse(verdict, asked, answered);
    // For as long as the decision holds here, too.
    answered.begin(204).lines("Cache-Control: max-age=5\r\n");
    answered.send_without_body();
  };
  if (site->parts.gate == nullptr) return answer({}, request, exchange);
  decide(site, make_viewing(*site, path, query, request, exchange), request, exchange, answer);
}

}  // namespace grandstand::http
