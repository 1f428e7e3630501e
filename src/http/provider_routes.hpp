// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// Signing in by OpenID Connect providers (docs/protocol.md).
void handle_providers(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
// /api/v1/providers/<provider>/sign_in, /callback and /logout
void handle_provider_sign_in(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_provider_callback(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_provider_logout(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
// /api/v1/me/providers and /api/v1/me/providers/<provider>: which ones an account is connected with.
void handle_linked_providers(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_provider_link(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
