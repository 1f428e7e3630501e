// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <grandstand/base/ip_network.hpp>

#include <span>
#include <string_view>

namespace grandstand::http {

// Who asks, for limits and access rules: behind proxies that are trusted, the address that the first of them tells.
std::string_view client_address(const Site& site, const Request& request, const Exchange& exchange);

// The same of `peer` and X-Forwarded-For.
std::string_view client_address(std::span<const IpNetwork> trusted_proxies, std::string_view peer,
                                std::string_view forwarded_for);

// Counts and logs that this client has as many connections as it may; 429.
Reply refuse_client(Site& site, std::string_view client_address);

}  // namespace grandstand::http
