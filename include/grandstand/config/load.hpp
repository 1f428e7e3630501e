// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/settings.hpp>
#include <grandstand/config/server_config.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grandstand::config {

// One thing wrong with a file: where (1-based) and what was expected.
struct Fault {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;  // "hls.segment_duration: '0s' is out of range; expected 1s to 10s"
};
std::string to_string(const Fault& fault);  // "config/grandstand.yaml:12:5: hls.segment_duration: ..."

template <class T>
using Loaded = std::variant<T, std::vector<Fault>>;

// All faults of a file at once; an unknown key is a fault and names the nearest known one. A file that cannot be read
// is one fault. Relative paths start at the folder of the file that they stand in and come back absolute.
Loaded<ServerConfig> load_server_config(const std::filesystem::path& file);
Loaded<channels::Lineup> load_lineup(const std::filesystem::path& file);

// The lineup that a configuration names, although other things in it are wrong; nothing when that cannot be told.
std::optional<std::filesystem::path> find_lineup(const std::filesystem::path& file);

// The same from text, `name` standing for the file: what tests and the fuzzer use. Paths in a server configuration stay
// as they are.
Loaded<ServerConfig> parse_server_config(std::string_view text, const std::string& name);
std::optional<std::filesystem::path> parse_channels_file(std::string_view text);
Loaded<channels::Lineup> parse_lineup(std::string_view text, const std::string& name);

}  // namespace grandstand::config
