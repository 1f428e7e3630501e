// SPDX-License-Identifier: MIT
#include "named_file.hpp"

#include <cctype>
#include <string_view>
#include <system_error>

namespace grandstand::app {

std::optional<std::filesystem::path> named_file(const std::string& given) {
  constexpr std::string_view kScheme = "file:";
  const bool has_scheme = given.starts_with(kScheme);
  const std::filesystem::path path = has_scheme ? given.substr(kScheme.size()) : given;
  std::error_code ignored;
  if (has_scheme ? path.empty() || path.is_absolute() : !std::filesystem::exists(path, ignored)) return std::nullopt;
  return std::filesystem::absolute(path, ignored).lexically_normal();
}

std::string to_file_url(const std::filesystem::path& file) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string url = "file://";
  for (const char c : file.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("/-._~").find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return url;
}

}  // namespace grandstand::app
