// SPDX-License-Identifier: MIT
// Addresses of the archive: a path, a '?', a query.
#include "archive_address.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace grandstand;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto mark = text.find('?');
  const auto query = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  static_cast<void>(http::is_flussonic_path(text.substr(0, mark)));
  static_cast<void>(
      http::parse_archive_address(text.substr(0, mark), query, UtcTime{std::chrono::seconds(1'763'720'000)}));
  return 0;
}
