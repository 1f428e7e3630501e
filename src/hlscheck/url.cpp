// SPDX-License-Identifier: MIT
#include "url.hpp"

#include <algorithm>
#include <cctype>

#include <boost/url.hpp>

namespace grandstand::hlscheck {
namespace {

std::string_view without_query(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

}  // namespace

std::string resolve(std::string_view base, std::string_view reference) {
  const auto parsed_base = boost::urls::parse_uri(boost::core::string_view(base.data(), base.size()));
  const auto parsed = boost::urls::parse_uri_reference(boost::core::string_view(reference.data(), reference.size()));
  if (!parsed_base || !parsed) return {};
  boost::urls::url result;
  if (!boost::urls::resolve(*parsed_base, *parsed, result)) return {};
  return std::string(result.buffer().data(), result.buffer().size());
}

std::string with_query(std::string_view url, std::string_view assignment) {
  const auto fragment = url.find('#');
  std::string result(url.substr(0, fragment));
  result += result.find('?') == std::string::npos ? '?' : '&';
  result += assignment;
  return result;
}

std::string extension_of(std::string_view url) {
  const auto path = without_query(url);
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string result(name.substr(dot + 1));
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string missing_neighbour(std::string_view url) {
  const auto path = without_query(url);
  const auto extension = extension_of(url);
  std::string result(path.substr(0, path.rfind('/') + 1));
  result += "hlscheck-of-grandstand-looks-for-what-is-missing";
  return extension.empty() ? result : result + "." + extension;
}

}  // namespace grandstand::hlscheck
