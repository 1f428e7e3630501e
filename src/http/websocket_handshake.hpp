// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace grandstand::http {

inline constexpr std::string_view kSubprotocol = "grandstand.v1.json";

// The Sec-WebSocket-Accept value that answers a request to open a WebSocket (RFC 6455 4.2.2), or the refusal.
std::variant<std::string, Reply> check_handshake(const Request& request, std::span<const std::string> allowed_origins);

// RFC 6455 1.3: base64 of the SHA-1 of the key and a constant.
std::string accept_key(std::string_view key);

}  // namespace grandstand::http
