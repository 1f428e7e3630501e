// SPDX-License-Identifier: MIT
#include "files.hpp"
#include "yaml_tree.hpp"

#include <grandstand/config/load.hpp>

namespace grandstand::config {
namespace {

Fault unreadable(const std::filesystem::path& file, const Error& error) {
  return {file.string(), 0, 0, error.message + "; expected a readable YAML file"};
}

}  // namespace

Loaded<ServerConfig> load_server_config(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return std::vector<Fault>{unreadable(file, text.error())};
  auto loaded = parse_server_config(*text, file.string());
  if (auto* config = std::get_if<ServerConfig>(&loaded)) {
    const std::filesystem::path folder = folder_of(file);
    config->data_directory = (folder / config->data_directory).lexically_normal();
    config->channels_file = (folder / config->channels_file).lexically_normal();
    for (auto& source : config->guide.sources) {
      constexpr std::string_view kFile = "file:";
      if (source.url.starts_with(kFile))
        source.url = "file:" + (folder / source.url.substr(kFile.size())).lexically_normal().string();
    }
    for (auto* const path : {&config->access.keys_file, &config->access.geo_database}) {
      if (!path->empty()) *path = (folder / *path).lexically_normal();
    }
    if (!config->dvr.directory.empty()) config->dvr.directory = (folder / config->dvr.directory).lexically_normal();
    if (!config->http.web_root.empty()) config->http.web_root = (folder / config->http.web_root).lexically_normal();
  }
  return loaded;
}

std::optional<std::filesystem::path> find_lineup(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return std::nullopt;
  const auto named = parse_channels_file(*text);
  if (!named) return std::nullopt;
  return (folder_of(file) / *named).lexically_normal();
}

Loaded<channels::Lineup> load_lineup(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return std::vector<Fault>{unreadable(file, text.error())};
  return parse_lineup(*text, file.string());
}

}  // namespace grandstand::config
