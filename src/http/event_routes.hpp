// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "site.hpp"

namespace grandstand::http {

// GET /api/v1/events: the hub as server-sent events. POST /api/v1/events/<stream>: what such a client says.
void handle_event_stream(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_event_message(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
