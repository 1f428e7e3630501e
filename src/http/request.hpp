// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grandstand::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

// The header fields that something here looks at; the others are checked for form and forgotten.
enum class FieldName : std::uint8_t {
  kAccept,
  kAcceptEncoding,
  kAuthorization,
  kContentType,
  kCookie,
  kExpect,
  kForwardedFor,
  kForwardedHost,
  kForwardedProto,
  kGrandstandHop,
  kHost,
  kIfNoneMatch,
  kIfRange,
  kOrigin,
  kOriginalUri,
  kRange,
  kSecWebSocketKey,
  kSecWebSocketProtocol,
  kSecWebSocketVersion,
  kUpgrade,
  kUserAgent,
  kCount,
};

// One request as it stands in the connection's buffer: the views are valid until it has been answered.
struct Request {
  Method method = Method::kGet;
  std::string_view target;  // as sent, without scheme and authority
  std::string_view path;    // up to the '?', still percent-encoded; starts with '/'
  std::string_view query;   // what follows the '?'
  int version = 11;
  bool keep_alive = true;
  bool upgrade = false;  // "Connection: upgrade" together with an Upgrade field
  std::array<std::string_view, static_cast<std::size_t>(FieldName::kCount)> fields;
  std::string_view body;

  std::string_view field(FieldName name) const { return fields[static_cast<std::size_t>(name)]; }
};

}  // namespace grandstand::http
