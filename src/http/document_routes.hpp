// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /api/v1/openapi.json, /api/v1/asyncapi.json: the API for programs, as in docs/api.
void handle_openapi(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_asyncapi(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
