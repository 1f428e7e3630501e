// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// Names, pictures and block lists (docs/protocol.md).
void handle_profile(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_picture(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_name(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_own_picture(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_blocks(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_block(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
