// SPDX-License-Identifier: MIT
#include "hls_routes.hpp"

#include "problem.hpp"
#include "resource_reply.hpp"
#include "xtream_request.hpp"
#include "xtream_routes.hpp"

namespace grandstand::http {

void handle_live(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (is_xtream_stream(request.path)) return handle_xtream(site, request, exchange);
  constexpr std::size_t kPrefix = std::string_view("/live/").size();
  const auto answer = site->parts.origin.find(request.path.substr(kPrefix));
  switch (answer.outcome) {
    case hls::Origin::Outcome::kFound:
      return send_resource(request, exchange, *answer.resource, {});
    case hls::Origin::Outcome::kNotReady:
      return exchange.reply(
          make_problem(503, "unavailable", "the channel has no picture yet; try again", "Retry-After: 2\r\n"));
    case hls::Origin::Outcome::kNoChannel:
      return exchange.reply(make_problem(404, "not_found", "the lineup has no such channel"));
    case hls::Origin::Outcome::kNoResource:
      return exchange.reply(make_problem(404, "not_found", "the channel has no such file, or has it no more"));
  }
}

}  // namespace grandstand::http
