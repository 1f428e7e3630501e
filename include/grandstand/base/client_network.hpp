// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand {

// What of an IP address counts as one client where attempts are limited: IPv4 as it is, IPv6 its /64, because whoever
// has one of those addresses has 2^64 of them. Other text comes back as it is.
std::string client_network(std::string_view address);

// What may be one hand behind many clients: the /24 of an IPv4 address, the /48 of an IPv6 network. Other text comes
// back as it is.
std::string network_block(std::string_view network);

// This machine's own, where everybody comes from behind a proxy that is not trusted to name them.
bool is_local_network(std::string_view network);

}  // namespace grandstand
