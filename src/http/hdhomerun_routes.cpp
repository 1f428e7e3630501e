// SPDX-License-Identifier: MIT
#include "hdhomerun_routes.hpp"

#include "hdhomerun.hpp"
#include "m3u.hpp"
#include "problem.hpp"
#include "site_address.hpp"

namespace grandstand::http {

void handle_hdhomerun(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  const auto& settings = site->parts.clients;
  if (!settings.hdhomerun) return exchange.reply(make_problem(404, "not_found", "clients.hdhomerun is off"));
  const auto base = public_base_url(request);
  if (!base) {
    return exchange.reply(make_problem(400, "invalid_argument", "Host: expected the name or address of this server"));
  }
  Reply reply;
  reply.content_type = "application/json";
  reply.fields = "Cache-Control: no-cache\r\nVary: Host, X-Forwarded-Host, X-Forwarded-Proto\r\n";
  if (request.path == "/discover.json") {
    reply.body = write_discover(settings, *base);
  } else if (request.path == "/lineup.json") {
    reply.body = write_hdhomerun_lineup(site->parts.catalogue.list(), *base);
  } else if (request.path == "/lineup_status.json") {
    reply.body = write_lineup_status();
  } else if (request.path == "/lineup.m3u") {
    reply.content_type = "audio/x-mpegurl; charset=utf-8";
    reply.body = write_m3u(site->parts.catalogue.list(), *base, "stream.ts");
  } else if (request.path == "/device.xml") {
    reply.content_type = "application/xml; charset=utf-8";
    reply.body = write_device_description(settings, *base);
  }
  // What is left is /lineup.post: a scan for channels, which there is no need for.
  exchange.reply(std::move(reply));
}

}  // namespace grandstand::http
