// SPDX-License-Identifier: MIT
#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/url_authority.hpp>

#include <algorithm>
#include <string>

#include <arpa/inet.h>

namespace grandstand {
namespace {

Error wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Of names beyond ASCII, too: what looks them up may know how to write them.
bool is_name(std::string_view host) {
  return std::ranges::all_of(host, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || static_cast<unsigned char>(c) > 0x7F;
  });
}

bool is_ipv6(std::string_view host) {
  in6_addr parsed{};
  return inet_pton(AF_INET6, std::string(host.substr(0, host.find('%'))).c_str(), &parsed) == 1;
}

}  // namespace

Result<UrlAuthority> parse_url_authority(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return wrong("it has no scheme");
  url.remove_prefix(scheme + 3);
  auto rest = url.substr(0, url.find_first_of("/?#"));
  rest.remove_prefix(rest.rfind('@') + 1);

  UrlAuthority authority;
  const bool brackets = rest.starts_with('[');
  if (brackets) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return wrong("the ] of an IPv6 address is missing");
    authority.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!is_ipv6(authority.host)) return wrong("what stands in [] is no IPv6 address");
  } else {
    authority.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(authority.host.size());
    if (authority.host.empty()) return wrong("the host is missing");
    if (!is_name(authority.host)) return wrong("the host has characters that no host can have");
  }
  if (rest.empty() || rest == ":") return authority;
  const auto port = parse_number<std::uint16_t>(rest.substr(1));
  if (rest.front() != ':' || !port || *port == 0) return wrong("the port is not a number from 1 to 65535");
  authority.port = port;
  return authority;
}

}  // namespace grandstand
