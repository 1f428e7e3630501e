// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /api/v1/channels/<channel>/webhooks: who is told of what happens in a channel (docs/protocol.md).
void handle_webhooks(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_webhook(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_webhook_secret(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_deliveries(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
