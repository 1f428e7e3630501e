// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// "tv.example:8080", "[::1]:8080": a host with an optional port and nothing that could end up as markup or another
// line.
bool is_sane_authority(std::string_view authority);

// Whether the client speaks https with the proxy in front of us (X-Forwarded-Proto).
bool came_by_https(const Request& request);

// "http://tv.example:8080", as the client knows us: from Host, or from X-Forwarded-Proto and -Host where a proxy set
// sane ones. Nothing when Host is not sane either.
std::optional<std::string> public_base_url(const Request& request);

// Whether a page of `origin` may act here with the user's cookies: our own host under any name the request gives, or
// one of `allowed`.
bool is_trusted_origin(std::string_view origin, const Request& request, std::span<const std::string> allowed);

}  // namespace grandstand::http
