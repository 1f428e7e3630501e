// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ip_network.hpp>

namespace grandstand::webhooks {

// Whether the address is one of the public internet's: not of the IANA special-purpose registries (RFC 6890 and its
// updates: loopback, private, link-local, shared, multicast, documentation ...), nor one that hides such an IPv4
// address (6to4, NAT64).
bool is_public(const IpAddress& address);

}  // namespace grandstand::webhooks
