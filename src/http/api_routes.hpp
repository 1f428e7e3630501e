// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /api/v1: JSON (docs/protocol.md).
void handle_channels(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_room_query(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_version(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_unknown_api(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
