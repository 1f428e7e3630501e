// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// What operators and their tools ask: does it live, is it ready, how is it doing.
void handle_healthz(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_readyz(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_metrics(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
