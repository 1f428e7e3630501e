// SPDX-License-Identifier: MIT
#include "session_token.hpp"

#include "negotiation.hpp"
#include "site_address.hpp"

namespace grandstand::http {
namespace {

constexpr std::string_view kCookie = "grandstand_session";

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

CookieLine make_cookie_line(const Request& request, std::string_view name, std::string_view path, int seconds) {
  return {"Set-Cookie: " + std::string(name) + "=", "; Path=" + std::string(path) +
                                                        "; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) +
                                                        (came_by_https(request) ? "; Secure\r\n" : "\r\n")};
}

CookieLine keep_token_line(const Request& request, std::chrono::seconds lifetime) {
  return make_cookie_line(request, kCookie, "/", static_cast<int>(lifetime.count()));
}

std::string forget_token_line(const Request& request) {
  return make_cookie_line(request, kCookie, "/", 0).with("");
}

}  // namespace grandstand::http
