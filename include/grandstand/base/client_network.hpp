// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand {

// What of an IP address counts as one client where attempts are limited: IPv4 as it is, IPv6 its /64, because whoever
// has one of those addresses has 2^64 of them. Other text comes back as it is.
std::string client_network(std::string_view address);

}  // namespace grandstand
