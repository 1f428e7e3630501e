// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// Roles and followers (docs/protocol.md).
void handle_role(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_disabled(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_channel_roles(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_channel_role(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_follow(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
