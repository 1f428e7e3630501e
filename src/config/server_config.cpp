// SPDX-License-Identifier: MIT
#include "server_schema.hpp"

#include <algorithm>

namespace grandstand::config {
namespace {

std::vector<std::string> names_at_top() {
  std::vector<std::string> names;
  for (const auto& section : server_schema()) {
    if (!section.name.empty()) names.push_back(section.name);
    if (section.name.empty()) {
      for (const auto& key : section.keys) names.push_back(key.name);
    }
  }
  return names;
}

void read_section(const Section<ServerConfig>& section, const YamlNode::Entry& entry, ServerConfig& config,
                  FaultList& faults, Places& places) {
  // "log:" with nothing but comments below it is a section without keys.
  if (entry.value->kind == YamlNode::Kind::kNull) return;
  if (entry.value->kind != YamlNode::Kind::kMap) {
    Reporter(faults, section.name)(entry.value->position, describe(entry.value->kind), "a group of keys");
    return;
  }
  std::vector<std::string> known;
  for (const auto& key : section.keys) known.push_back(key.name);
  for (const YamlNode::Entry& inner : entry.value->entries) {
    if (!read_key(section.keys, section.name, inner, config, faults, places)) {
      add_unknown_key(faults, section.name, inner, known);
    }
  }
}

void read_server_config(const YamlNode& root, ServerConfig& config, FaultList& faults, Places& places) {
  if (root.kind == YamlNode::Kind::kNull) return;
  if (root.kind != YamlNode::Kind::kMap) {
    faults.add(root.position, "the file holds " + std::string(describe(root.kind)) + "; expected keys such as `http:`");
    return;
  }
  const auto& sections = server_schema();
  for (const YamlNode::Entry& entry : root.entries) {
    const auto section = std::find_if(sections.begin(), sections.end(), [&](const Section<ServerConfig>& candidate) {
      return !candidate.name.empty() && candidate.name == entry.key;
    });
    if (section != sections.end()) {
      read_section(*section, entry, config, faults, places);
    } else if (!read_key(sections.front().keys, "", entry, config, faults, places)) {
      add_unknown_key(faults, "", entry, names_at_top());
    }
  }
}

void check_rules(const ServerConfig& config, const Places& places, FaultList& faults) {
  for (const Rule& rule : server_rules()) {
    const std::string* first = nullptr;
    bool all_right = true;
    for (const std::string& path : rule.keys) {
      const auto place = places.find(path);
      if (place == places.end()) continue;
      if (first == nullptr) first = &path;
      all_right = all_right && place->second.right;
    }
    // A rule about a value that could not be read would only repeat its fault.
    if (first == nullptr || !all_right) continue;
    if (const auto broken = rule.broken(config)) faults.add(places.at(*first).position, *first + ": " + *broken);
  }
}

}  // namespace

Loaded<ServerConfig> parse_server_config(std::string_view text, const std::string& name) {
  FaultList faults(name);
  ServerConfig config;
  Places places;
  if (const auto root = parse_yaml(text, faults)) {
    read_server_config(*root, config, faults, places);
    check_rules(config, places, faults);
  }
  if (!faults.empty()) return faults.take();
  return config;
}

std::optional<std::filesystem::path> parse_channels_file(std::string_view text) {
  FaultList faults("");
  const auto root = parse_yaml(text, faults);
  if (!root || root->kind != YamlNode::Kind::kMap) return std::nullopt;
  ServerConfig config;
  Places places;
  read_server_config(*root, config, faults, places);
  const auto place = places.find("channels_file");
  if (place != places.end() && !place->second.right) return std::nullopt;
  return config.channels_file;
}

}  // namespace grandstand::config
