// SPDX-License-Identifier: MIT
// Any text is read as a configuration and as a lineup: it gives a value or faults, in bounded time and memory. What
// loads prints as something that loads to the same again.
#include <grandstand/config/load.hpp>
#include <grandstand/config/print.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = grandstand::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const auto loaded = config::parse_server_config(text, "grandstand.yaml");
  if (const auto* server = std::get_if<config::ServerConfig>(&loaded)) {
    const std::string printed = config::print(*server);
    const auto again = config::parse_server_config(printed, "printed.yaml");
    const auto* same = std::get_if<config::ServerConfig>(&again);
    if (same == nullptr || config::print(*same) != printed) std::abort();
  } else if (std::get<1>(loaded).empty()) {
    std::abort();
  }

  const auto lineup = config::parse_lineup(text, "channels.yaml");
  if (lineup.index() == 1 && std::get<1>(lineup).empty()) std::abort();
  return 0;
}
