// SPDX-License-Identifier: MIT
#include "site_address.hpp"

#include "negotiation.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>

namespace grandstand::http {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

// The first element of a list that several proxies may have added to.
std::string_view first_element(std::string_view list) {
  return trim(list.substr(0, list.find(',')));
}

// Without the port when it is the default one, so that "tv.example:443" and "tv.example" are one.
std::string_view without_default_port(std::string_view authority, std::string_view scheme) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  return authority.ends_with(port) ? authority.substr(0, authority.size() - port.size()) : authority;
}

}  // namespace

bool is_sane_authority(std::string_view authority) {
  if (authority.empty() || authority.size() > 255) return false;
  if (authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto address = authority.substr(1, end - 1);
    const bool hexadecimal = std::all_of(address.begin(), address.end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    });
    const auto rest = authority.substr(end + 1);
    return hexadecimal && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const auto colon = authority.find(':');
  const auto host = authority.substr(0, colon);
  if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_character)) return false;
  return colon == std::string_view::npos || is_port(authority.substr(colon + 1));
}

bool came_by_https(const Request& request) {
  return equals_ignoring_case(first_element(request.field(FieldName::kForwardedProto)), "https");
}

std::optional<std::string> public_base_url(const Request& request) {
  std::string_view authority = first_element(request.field(FieldName::kForwardedHost));
  if (!is_sane_authority(authority)) authority = request.field(FieldName::kHost);
  if (!is_sane_authority(authority)) return std::nullopt;
  std::string url = came_by_https(request) ? "https://" : "http://";
  url += authority;
  return url;
}

bool is_trusted_origin(std::string_view origin, const Request& request, std::span<const std::string> allowed) {
  for (const auto& entry : allowed) {
    if (equals_ignoring_case(origin, entry)) return true;
  }
  const auto mark = origin.find("://");
  if (mark == std::string_view::npos) return false;  // "null"
  const auto scheme = origin.substr(0, mark);
  if (scheme != "http" && scheme != "https") return false;
  const auto host = without_default_port(origin.substr(mark + 3), scheme);
  if (!is_sane_authority(host)) return false;
  // A page cannot set either field of a cross-site request: Host is the browser's, X-Forwarded-Host needs a preflight
  // that we refuse.
  for (const auto ours : {request.field(FieldName::kHost), first_element(request.field(FieldName::kForwardedHost))}) {
    if (!ours.empty() && equals_ignoring_case(host, without_default_port(ours, scheme))) return true;
  }
  return false;
}

}  // namespace grandstand::http
