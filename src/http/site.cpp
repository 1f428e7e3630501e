// SPDX-License-Identifier: MIT
#include "site.hpp"

#include "router.hpp"

namespace grandstand::http {

Site::Site(Settings s, Server::Context context, StaticFiles loaded)
    : settings(std::move(s)),
      parts(context),
      files(std::move(loaded)),
      metrics(context.metrics, route_names()),
      places(settings.max_connections_per_client, settings.trusted_proxies),
      desks(context.runtime.size()) {
  const auto rate = static_cast<double>(settings.max_api_requests_per_client);
  for (auto& desk : desks) desk.api = NetworkLimiter({10 * rate, rate});
}

}  // namespace grandstand::http
