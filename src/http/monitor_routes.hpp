// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// What operators watch (docs/protocol.md, "For operators"); administrators only: addresses of sources name hosts.
// /api/v1/monitor: a line per channel.
void handle_monitor(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
// /api/v1/monitor/<channel>: all that is known of it.
void handle_monitored_channel(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
// /api/v1/monitor/<channel>/thumbnail.jpg: its picture.
void handle_monitored_picture(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
