// SPDX-License-Identifier: MIT
#include "websocket_handshake.hpp"

#include "negotiation.hpp"
#include "problem.hpp"
#include "site_address.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace grandstand::http {
namespace {

// RFC 6455 4.1: sixteen bytes in base64, so 22 characters and "==".
bool is_key(std::string_view key) {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  std::array<std::uint8_t, 18> decoded{};
  return EVP_DecodeBlock(decoded.data(), reinterpret_cast<const std::uint8_t*>(key.data()), 24) == 18;
}

}  // namespace

std::string accept_key(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest.data());
  std::array<char, 29> encoded{};
  EVP_EncodeBlock(reinterpret_cast<std::uint8_t*>(encoded.data()), digest.data(), static_cast<int>(digest.size()));
  return encoded.data();
}

std::variant<std::string, Reply> check_handshake(const Request& request, std::span<const std::string> allowed_origins) {
  const bool wants_websocket = request.upgrade && request.version >= 11 &&
                               any_in_list(request.field(FieldName::kUpgrade),
                                           [](auto name) { return equals_ignoring_case(name, "websocket"); });
  if (!wants_websocket) {
    return make_problem(426, "unsupported", "this address speaks WebSocket only",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n");
  }
  if (request.field(FieldName::kSecWebSocketVersion) != "13") {
    return make_problem(426, "unsupported", "Sec-WebSocket-Version: expected 13",
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
  }
  const auto key = request.field(FieldName::kSecWebSocketKey);
  if (!is_key(key)) return make_problem(400, "invalid_argument", "Sec-WebSocket-Key: expected 16 bytes in base64");
  if (!any_in_list(request.field(FieldName::kSecWebSocketProtocol), [](auto name) { return name == kSubprotocol; })) {
    return make_problem(400, "unsupported", "Sec-WebSocket-Protocol: expected " + std::string(kSubprotocol));
  }
  // Browsers open WebSockets across sites and send cookies along: only Origin tells whose page it is (RFC 6455 10.2).
  const auto origin = request.field(FieldName::kOrigin);
  if (!origin.empty() && !is_trusted_origin(origin, request, allowed_origins)) {
    return make_problem(403, "forbidden", "Origin: pages of this site may not connect (http.allowed_origins)");
  }
  return accept_key(key);
}

}  // namespace grandstand::http
