// SPDX-License-Identifier: MIT
#pragma once

#include "values.hpp"

#include <grandstand/guide/settings.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::config {

// The XMLTV sources of the guide: URLs, or groups with url and interval.
struct XmltvSources {
  static constexpr std::size_t kMax = 64;

  bool read(const YamlNode& node, std::vector<guide::XmltvSource>& field, const Reporter& report) const {
    if (node.kind != YamlNode::Kind::kSequence || node.items.size() > kMax) {
      return report(node.position, describe(node.kind), expected());
    }
    std::vector<guide::XmltvSource> sources;
    bool right = true;
    for (const auto& item : node.items) right = read_one(*item, sources.emplace_back(), report) && right;
    if (right) field = std::move(sources);
    return right;
  }
  std::string print(const std::vector<guide::XmltvSource>& field) const {
    std::string text;
    for (const auto& source : field) {
      text += (text.empty() ? "" : ", ") + ("{url: " + print_text(source.url)) +
              ", interval: " + print_duration(source.interval) + "}";
    }
    return "[" + text + "]";
  }
  std::string expected() const {
    return "a list of at most " + std::to_string(kMax) + ": a URL, or {url: ..., interval: 1m to 7d}";
  }

 private:
  static bool is_source(std::string_view url) { return is_http_url(url) || url.starts_with("file:"); }
  static bool read_one(const YamlNode& node, guide::XmltvSource& source, const Reporter& report) {
    const Text url{
        .min = 6, .max = 4096, .what = "http://, https:// or file: with a path", .check = is_source, .secret = true};
    if (node.kind != YamlNode::Kind::kMap) return url.read(node, source.url, report);
    bool right = true;
    bool has_url = false;
    for (const YamlNode::Entry& entry : node.entries) {
      if (entry.key == "url") {
        has_url = true;
        right = url.read(*entry.value, source.url, report) && right;
      } else if (entry.key == "interval") {
        right =
            Duration{std::chrono::minutes(1), std::chrono::hours(24 * 7)}.read(*entry.value, source.interval, report) &&
            right;
      } else {
        right = report(entry.position, quote(entry.key) + " is not known", "url or interval");
      }
    }
    if (!has_url) return report(node.position, "has no url", "the key url");
    return right;
  }
};

}  // namespace grandstand::config
