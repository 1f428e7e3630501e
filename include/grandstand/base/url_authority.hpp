// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace grandstand {

// What of a URL names the server (RFC 3986 3.2), without user and password.
struct UrlAuthority {
  std::string_view host;  // a name or an address in digits, of IPv6 without its []
  std::optional<std::uint16_t> port;
};

// Of "scheme://[user:password@]host[:port][/...]". The message shows nothing of the URL, which may hold a password:
// "the host is missing".
Result<UrlAuthority> parse_url_authority(std::string_view url);

}  // namespace grandstand
