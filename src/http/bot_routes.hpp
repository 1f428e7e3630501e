// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /api/v1/bots: bots and their tokens (docs/protocol.md).
void handle_bots(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_bot(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_bot_tokens(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_bot_token(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
