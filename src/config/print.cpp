// SPDX-License-Identifier: MIT
#include "server_schema.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/config/print.hpp>

#include <sstream>

namespace grandstand::config {
namespace {

constexpr std::size_t kColumns = 110;

// The text as comment lines of at most kColumns columns.
std::string comment(const std::string& text, const std::string& indent) {
  std::string lines;
  std::string line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && indent.size() + 2 + line.size() + 1 + word.size() > kColumns) {
      lines += indent + "# " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + indent + "# " + line + "\n";
}

}  // namespace

std::string print(const ServerConfig& given) {
  ServerConfig config = given;
  config.database.url = log::redact(config.database.url);
  for (auto* const secret : {&config.calls.turn_secret, &config.sfu.janus_api_secret, &config.sfu.janus_admin_key}) {
    if (!secret->empty()) *secret = "...";
  }
  for (auto* const url : {&config.access.hook_url, &config.cluster.nats_url, &config.hub.classifier_url}) {
    *url = log::redact(*url);
  }
  for (auto& source : config.guide.sources) source.url = log::redact(source.url);

  std::string text =
      "# SPDX-License-Identifier: MIT\n" +
      comment(
          "Grandstand's configuration: every key, with its default as the value and in [brackets] what it may hold. A "
          "file needs only the keys that differ. `grandstand check` says what is wrong with a file; `grandstand check "
          "--print` prints what is in force, in this form. Durations are written as 500ms, 2s, 1h30m or 30d, sizes as "
          "512B, 16KiB or 8MiB.",
          "");
  for (const auto& section : server_schema()) {
    const std::string indent = section.name.empty() ? "" : "  ";
    if (!section.name.empty()) text += "\n" + comment(section.meaning, "") + section.name + ":\n";
    for (const auto& key : section.keys) {
      if (section.name.empty()) text += "\n";
      text += comment(key.meaning, indent);
      const std::string expected = " [" + key.expected + "]";
      const std::size_t last_line = text.size() - 1 - (text.rfind('\n', text.size() - 2) + 1);
      if (last_line + expected.size() <= kColumns) {
        text.insert(text.size() - 1, expected);
      } else {
        text += indent + "#" + expected + "\n";
      }
      text += indent + key.name + ": " + key.print(config) + "\n";
    }
  }
  return text;
}

}  // namespace grandstand::config
