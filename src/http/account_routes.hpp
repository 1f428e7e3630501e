// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /api/v1/accounts, /sessions and /me: who somebody is (docs/protocol.md).
void handle_accounts(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_sessions(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_sign_out(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_end_session(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_me(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_password(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http
