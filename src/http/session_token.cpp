// SPDX-License-Identifier: MIT
#include "session_token.hpp"

#include "negotiation.hpp"
#include "site_address.hpp"

namespace grandstand::http {
namespace {

constexpr std::string_view kCookie = "grandstand_session";

std::string cookie_line(const Request& request, std::string_view value, std::string_view age) {
  std::string line = "Set-Cookie: ";
  line += kCookie;
  line += '=';
  line += value;
  line += "; Path=/; HttpOnly; SameSite=Lax; Max-Age=";
  line += age;
  if (came_by_https(request)) line += "; Secure";
  return line + "\r\n";
}

}  // namespace

PresentedToken find_session_token(const Request& request) {
  if (const auto bearer = find_bearer(request.field(FieldName::kAuthorization))) {
    return {std::string(*bearer), PresentedToken::By::kBearer};
  }
  if (const auto cookie = find_cookie(request.field(FieldName::kCookie), kCookie); cookie && !cookie->empty()) {
    return {std::string(*cookie), PresentedToken::By::kCookie};
  }
  return {};
}

Status check_forgery(const Request& request, PresentedToken::By by, std::span<const std::string> allowed_origins) {
  if (by == PresentedToken::By::kBearer) return success();
  // Other pages' forms can send neither of the two.
  const auto type = request.field(FieldName::kContentType);
  if (!is_json(type) && !type.starts_with("image/")) {
    return Error{ErrorCode::kUnsupported, "Content-Type: expected application/json"};
  }
  const auto origin = request.field(FieldName::kOrigin);
  if (origin.empty() && by == PresentedToken::By::kNothing) return success();
  if (origin.empty() || !is_trusted_origin(origin, request, allowed_origins)) {
    return Error{ErrorCode::kForbidden, "Origin: expected our own or one of http.allowed_origins"};
  }
  return success();
}

std::string keep_token_line(const Request& request, std::string_view token) {
  // The session itself may end sooner (identity.session_lifetime): then the cookie proves nothing.
  return cookie_line(request, token, "2592000");
}

std::string forget_token_line(const Request& request) {
  return cookie_line(request, "", "0");
}

}  // namespace grandstand::http
