// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"

#include <grandstand/base/result.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// The secret that a request proves its user with, and how it came: a browser sends a cookie whoever's page asks it to.
struct PresentedToken {
  enum class By { kNothing, kBearer, kCookie };
  std::string token;
  By by = By::kNothing;
};
PresentedToken find_session_token(const Request& request);

// Whether a request that changes something is the user's will and not another site's: JSON or a picture (which a
// form cannot send), and with a cookie an Origin of our own.
Status check_forgery(const Request& request, PresentedToken::By by, std::span<const std::string> allowed_origins);

// A Set-Cookie line in two halves: the value goes between them, when the request is gone.
struct CookieLine {
  std::string before, after;
  std::string with(std::string_view value) const { return before + std::string(value) + after; }
};
// Of a cookie that comes back to `path` and below for so many seconds; 0: it is forgotten.
CookieLine make_cookie_line(const Request& request, std::string_view name, std::string_view path, int seconds);

// Those that keep the token in a browser, as long as sessions last, and forget it.
CookieLine keep_token_line(const Request& request, std::chrono::seconds lifetime);
std::string forget_token_line(const Request& request);

}  // namespace grandstand::http
