// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grandstand::http {

bool equals_ignoring_case(std::string_view a, std::string_view b);

// Calls `take` with each trimmed, non-empty element of a comma-separated list until it returns true; whether it did.
template <class Take>
bool any_in_list(std::string_view list, Take take);

// Whether an Accept-Encoding field allows gzip (RFC 9110 12.5.3: q=0 forbids, "*" stands for what is not named).
bool accepts_gzip(std::string_view accept_encoding);

// Whether an Accept field names text/html, as browsers do when they go somewhere.
bool accepts_html(std::string_view accept);

// Whether an If-None-Match field names the entity tag (weak comparison, RFC 9110 13.1.2).
bool matches_etag(std::string_view if_none_match, std::string_view etag);

// Whether the media type of a Content-Type field is application/json.
bool is_json(std::string_view content_type);

// The value of a cookie in a Cookie field; without surrounding quotes.
std::optional<std::string_view> find_cookie(std::string_view cookies, std::string_view name);

// The user and password of "Basic <base64>" (RFC 7617).
struct BasicCredentials {
  std::string user;
  std::string password;
};
std::optional<BasicCredentials> find_basic(std::string_view authorization);

// The token of "Bearer <token>".
std::optional<std::string_view> find_bearer(std::string_view authorization);

template <class Take>
bool any_in_list(std::string_view list, Take take) {
  while (!list.empty()) {
    auto element = list.substr(0, list.find(','));
    list.remove_prefix(element.size() < list.size() ? element.size() + 1 : list.size());
    while (!element.empty() && (element.front() == ' ' || element.front() == '\t')) element.remove_prefix(1);
    while (!element.empty() && (element.back() == ' ' || element.back() == '\t')) element.remove_suffix(1);
    if (!element.empty() && take(element)) return true;
  }
  return false;
}

}  // namespace grandstand::http
