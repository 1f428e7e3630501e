// SPDX-License-Identifier: MIT
#include "event_routes.hpp"

#include "client_address.hpp"
#include "forward.hpp"
#include "problem.hpp"
#include "session_token.hpp"
#include "site_address.hpp"
#include "stream_connection.hpp"

#include <grandstand/base/text.hpp>

#include <utility>

namespace grandstand::http {
namespace {

constexpr std::size_t kPrefix = std::string_view("/api/v1/events/").size();

Reply no_stream() {
  return make_problem(404, "not_found", "there is no such event stream; open one with GET /api/v1/events");
}

Reply accepted() {
  Reply reply;
  reply.status = 202;
  reply.fields = "Cache-Control: no-store\r\n";
  return reply;
}

}  // namespace

void handle_event_stream(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  // As for WebSockets: another site's page must not speak with our cookie.
  const auto origin = request.field(FieldName::kOrigin);
  if (!origin.empty() && !is_trusted_origin(origin, request, site->settings.allowed_origins)) {
    return exchange.reply(
        make_problem(403, "forbidden", "Origin: pages of this site may not connect (http.allowed_origins)"));
  }
  auto& loop = exchange.loop();
  auto address = std::string(client_address(*site, request, exchange));
  auto place = std::optional(ClientPlaces::Place{});
  if (address != exchange.peer_address()) place = site->places.take(address);  // it comes through a proxy
  if (!place) return exchange.reply(refuse_client(*site, address));
  auto token = find_session_token(request).token;
  exchange.begin(200)
      .field("Content-Type", "text/event-stream")
      .field("Cache-Control", "no-store")
      .field("X-Accel-Buffering", "no");  // nginx would keep events back
  auto stream = exchange.begin_stream(site->parts.hub.settings().send_queue_bytes);
  site->desks[loop.index()].events.add(*site, loop, std::move(stream), std::move(*place), std::move(address),
                                       std::move(token));
}

void handle_event_message(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const std::string name(request.path.substr(kPrefix));
  if (const auto node = node_of_event_stream(name); node != site->parts.node) {
    if (!forward_to_node(site, node, request, exchange)) exchange.reply(no_stream());
    return;
  }
  const auto home = loop_of_event_stream(name, site->parts.runtime.size());
  if (!home) return exchange.reply(no_stream());
  const auto limit = site->parts.hub.settings().max_message_bytes;
  if (request.body.size() > limit) {
    return exchange.reply(make_problem(413, "too_large", "a message has at most " + std::to_string(limit) + " bytes"));
  }
  if (!is_valid_utf8(request.body)) {
    return exchange.reply(make_problem(400, "invalid_argument", "the body: expected one JSON message in UTF-8"));
  }
  auto& here = exchange.loop();
  auto& there = site->parts.runtime.loop(*home);
  if (here.index() == *home) {
    return exchange.reply(site->desks[*home].events.say(name, request.body) ? accepted() : no_stream());
  }
  there.post([site, &here, &there, name, message = std::string(request.body), reply = exchange.defer()]() mutable {
    const bool said = site->desks[there.index()].events.say(name, message);
    // The reply goes back to its own loop, also to be destroyed.
    here.post([said, reply = std::move(reply)] { reply->send(said ? accepted() : no_stream()); });
  });
}

}  // namespace grandstand::http
