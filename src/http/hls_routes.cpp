// SPDX-License-Identifier: MIT
#include "hls_routes.hpp"

#include "archive_address.hpp"
#include "archive_routes.hpp"
#include "forward.hpp"
#include "live_access.hpp"
#include "live_target.hpp"
#include "problem.hpp"
#include "resource_reply.hpp"
#include "stream_routes.hpp"
#include "xtream_request.hpp"
#include "xtream_routes.hpp"

#include <algorithm>
#include <string>

namespace grandstand::http {

namespace {

void serve_live(const std::shared_ptr<Site>& site, std::string_view path, const Request& request, Exchange& exchange) {
  if (is_shifted(request.query) && try_archive(site, path, request, exchange)) return;
  if (const auto channel = continuous_stream(path)) return handle_stream(site, request, exchange, *channel);
  hls::Directives directives;
  if (!request.query.empty() && path.ends_with(".m3u8")) {
    const auto parsed = hls::parse_directives(request.query);
    if (!parsed) return exchange.reply(make_problem(parsed.error()));
    directives = *parsed;
  }
  const auto answer = site->parts.origin.find(path, directives);
  if (answer.outcome == hls::Origin::Outcome::kLater) {
    return site->desks[exchange.loop().index()].held.hold(*site, exchange, std::string(path), directives, answer);
  }
  using Outcome = hls::Origin::Outcome;
  if (answer.outcome != Outcome::kFound && answer.outcome != Outcome::kTooFar) {
    if (try_archive(site, path, request, exchange)) return;
    // What was recorded stays there while the channel waits for its first picture.
    const bool media = !path.ends_with(".m3u8") && std::count(path.begin(), path.end(), '/') == 2;
    const bool recorded = request.field(FieldName::kGrandstandHop) == kArchiveHop ||
                          answer.outcome == Outcome::kNoResource || answer.outcome == Outcome::kNotReady;
    if (recorded && media) return send_archived_file(site, path, exchange);
  }
  answer_live(request, exchange, answer, directives);
}

}  // namespace

void handle_live(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (is_xtream_stream(request.path)) return handle_xtream(site, request, exchange);
  const auto channel = parse_live_target(request.path).channel();
  if (forward(site, channel, request, exchange, handle_live)) return;
  admit_live(site, request, exchange, serve_live);
}

void answer_live(const Request& request, Exchange& exchange, const hls::Origin::Answer& answer,
                 const hls::Directives& directives) {
  switch (answer.outcome) {
    case hls::Origin::Outcome::kFound:
      if (directives.blocking()) {
        // What was waited for stays true (draft-pantos-hls-rfc8216bis appendix B).
        const auto age = "max-age=" + std::to_string(answer.target_duration.count() * 6);
        return send_resource(request, exchange, *answer.resource, {}, age);
      }
      return send_resource(request, exchange, *answer.resource, {});
    case hls::Origin::Outcome::kTooFar:
      return exchange.reply(
          make_problem(400, "invalid_argument", "_HLS_msn or _HLS_part is too far in the future; reload the playlist"));
    case hls::Origin::Outcome::kNotReady:
      return exchange.reply(
          make_problem(503, "unavailable", "the channel has no picture yet; try again", "Retry-After: 2\r\n"));
    case hls::Origin::Outcome::kNoChannel:
      return exchange.reply(make_problem(404, "not_found", "the lineup has no such channel"));
    case hls::Origin::Outcome::kLater:
    case hls::Origin::Outcome::kNoResource:
      return exchange.reply(make_problem(404, "not_found", "the channel has no such file, or has it no more"));
  }
}

}  // namespace grandstand::http
