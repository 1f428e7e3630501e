// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// How a television gets a session by a code that somebody confirms on a phone: RFC 8628, in JSON.
// POST /api/v1/device_codes: the television asks for its codes.
void handle_device_codes(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
// GET, PUT /api/v1/device_codes/<code>: what waits with the code that it shows, and what the phone decides.
void handle_device_code(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
// POST /api/v1/device_sessions: the television asks what was decided, and gets its session.
void handle_device_sessions(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
