// SPDX-License-Identifier: MIT
#include "client_address.hpp"

#include "problem.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>

namespace grandstand::http {

std::string_view client_address(const Site& site, const Request& request, const Exchange& exchange) {
  return client_address(site.settings.trusted_proxies, exchange.peer_address(),
                        request.field(FieldName::kForwardedFor));
}

std::string_view client_address(std::span<const IpNetwork> trusted_proxies, std::string_view peer,
                                std::string_view forwarded_for) {
  // Each proxy adds whom it heard at the end: what stands before the first stranger is that one's own word.
  auto client = peer;
  while (!forwarded_for.empty()) {
    const auto address = IpAddress::parse(client);
    if (!address || !contains(trusted_proxies, *address)) break;
    const auto comma = forwarded_for.rfind(',');
    const auto told = trim(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    if (told.empty()) break;
    client = told;
    forwarded_for = comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
  }
  return client;
}

Reply refuse_client(Site& site, std::string_view client_address) {
  site.metrics.count_refused(HttpMetrics::Refused::kMaxPerClient);
  log::warning(
      "http", "Too many connections of one client: a new one was refused",
      {{"peer", client_address}, {"http.max_connections_per_client", site.settings.max_connections_per_client}});
  return make_problem(429, "rate_limited", "too many connections of one client (http.max_connections_per_client)",
                      "Retry-After: 30\r\n");
}

}  // namespace grandstand::http
