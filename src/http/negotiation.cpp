// SPDX-License-Identifier: MIT
#include "negotiation.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>

#include <openssl/evp.h>
#include <strings.h>

namespace grandstand::http {
namespace {

// The "q" of "gzip;q=0.5" is zero: "0", "0." or "0.000".
bool has_zero_weight(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = trim(parameters.substr(0, parameters.find(';')));
    const auto end = parameters.find(';');
    parameters = end == std::string_view::npos ? std::string_view{} : parameters.substr(end + 1);
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=') continue;
    return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

std::string_view without_weakness(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> named;
  bool any = false;
  any_in_list(accept_encoding, [&](std::string_view element) {
    const auto semicolon = element.find(';');
    const auto coding = trim(element.substr(0, semicolon));
    const bool allowed = semicolon == std::string_view::npos || !has_zero_weight(element.substr(semicolon + 1));
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) named = allowed;
    if (coding == "*") any = allowed;
    return false;
  });
  return named.value_or(any);
}

bool accepts_html(std::string_view accept) {
  return any_in_list(accept, [](std::string_view element) {
    return equals_ignoring_case(trim(element.substr(0, element.find(';'))), "text/html");
  });
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  if (trim(if_none_match) == "*") return true;
  return any_in_list(if_none_match,
                     [&](std::string_view element) { return without_weakness(element) == without_weakness(etag); });
}

bool is_json(std::string_view content_type) {
  return equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

std::optional<std::string_view> find_cookie(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const auto semicolon = cookies.find(';');
    const auto pair = trim(cookies.substr(0, semicolon));
    cookies = semicolon == std::string_view::npos ? std::string_view{} : cookies.substr(semicolon + 1);
    if (pair.size() <= name.size() || !pair.starts_with(name) || pair[name.size()] != '=') continue;
    auto value = pair.substr(name.size() + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> find_bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size() ||
      !equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return trim(authorization.substr(kScheme.size()));
}

std::optional<BasicCredentials> find_basic(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (authorization.size() <= kScheme.size() ||
      !equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  const std::string encoded(trim(authorization.substr(kScheme.size())));
  std::string text(encoded.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
  const auto padding = static_cast<std::size_t>(std::ranges::count(encoded, '='));
  if (size < 0 || padding > 2) return std::nullopt;
  text.resize(static_cast<std::size_t>(size) - padding);
  const auto colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace grandstand::http
