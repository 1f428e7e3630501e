// SPDX-License-Identifier: MIT
#include "playlist_route.hpp"

#include "archive_days.hpp"
#include "live_target.hpp"
#include "m3u.hpp"
#include "problem.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"

namespace grandstand::http {
namespace {

Result<std::string> render(const Site& site, const Request& request) {
  GRANDSTAND_TRY(const auto parameters, parse_query(request.query));
  std::string_view playlist = "index.m3u8";
  if (const auto container = parameters.find("container"); container != parameters.end()) {
    if (container->second == "ts") {
      playlist = "index-ts.m3u8";
    } else if (container->second != "fmp4") {
      return Error{ErrorCode::kInvalidArgument, "container: expected ts or fmp4"};
    }
  }
  const auto base = public_base_url(request);
  if (!base) return Error{ErrorCode::kInvalidArgument, "Host: expected the name or address of this server"};
  const auto token = parameters.find("token");
  const auto live = live_prefix(token == parameters.end() ? std::string() : token->second, {});
  if (live.find_first_of(" /?#%\r\n", std::string_view("/live/").size()) < live.size() - 1) {
    return Error{ErrorCode::kInvalidArgument, "token: expected that of a signed address"};
  }
  M3uCatchup catchup;
  if (const auto wanted = parameters.find("catchup"); wanted != parameters.end()) {
    const auto mode = parse_catchup_mode(wanted->second);
    if (!mode || *mode == M3uCatchup::Mode::kXtream) {
      return Error{ErrorCode::kInvalidArgument,
                   "catchup: expected shift, append, default or flussonic (xc: see /get.php)"};
    }
    catchup.mode = *mode;
  }
  const auto lineup = site.parts.catalogue.list();
  catchup.days = archive_days(site.parts.archive, lineup);
  return write_m3u(lineup, *base, playlist, live, catchup);
}

}  // namespace

void handle_playlist(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto text = render(*site, request);
  if (!text) return exchange.reply(make_problem(text.error()));
  // Kodi asks for "bytes=0-": the whole is a proper answer to any range.
  Reply reply;
  reply.content_type = "audio/x-mpegurl; charset=utf-8";
  reply.fields = "Cache-Control: no-cache\r\nVary: Host, X-Forwarded-Host, X-Forwarded-Proto\r\n";
  reply.body = std::move(text).value();
  exchange.reply(std::move(reply));
}

}  // namespace grandstand::http
