// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"

#include <grandstand/base/text.hpp>

#include <string_view>

namespace grandstand::http {

// Who asks, for limits: behind a proxy on this host, the address that it tells.
inline std::string_view client_address(const Request& request, const Exchange& exchange) {
  const auto peer = exchange.peer_address();
  const auto forwarded = request.field(FieldName::kForwardedFor);
  if (forwarded.empty() || (!peer.starts_with("127.") && peer != "::1")) return peer;
  const auto comma = forwarded.rfind(',');
  return trim(comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1));
}

}  // namespace grandstand::http
