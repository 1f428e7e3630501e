// SPDX-License-Identifier: MIT
#include "m3u.hpp"

namespace grandstand::http {
namespace {

// The format knows no escapes: what would end the attribute or the line is replaced.
std::string plain(std::string_view text, bool in_quotes) {
  std::string result;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      result += ' ';
    } else if (in_quotes && c == '"') {
      result += '\'';
    } else {
      result += c;
    }
  }
  return result;
}

void append_attribute(std::string& line, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  line += ' ';
  line += name;
  line += "=\"";
  line += plain(value, true);
  line += '"';
}

}  // namespace

std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      std::string_view playlist, std::string_view live) {
  return write_m3u(lineup, base_url, [&](std::size_t i) {
    return std::string(live) + lineup[i].id.value() + "/" + std::string(playlist);
  });
}

std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      const std::function<std::string(std::size_t)>& address) {
  std::string text = "#EXTM3U";
  // Some read one name, some the other.
  for (const auto* name : {"x-tvg-url", "url-tvg"}) append_attribute(text, name, std::string(base_url) + "/epg.xml");
  text += '\n';
  for (std::size_t i = 0; i < lineup.size(); ++i) {
    const auto& channel = lineup[i];
    text += "#EXTINF:-1";
    append_attribute(text, "tvg-id", channel.id.value());
    append_attribute(text, "tvg-name", channel.name);
    if (channel.number > 0) append_attribute(text, "tvg-chno", std::to_string(channel.number));
    const bool is_path = channel.logo.starts_with('/');
    append_attribute(text, "tvg-logo", is_path ? std::string(base_url) + channel.logo : channel.logo);
    append_attribute(text, "group-title", channel.group);
    text += ',';
    text += plain(channel.name, false);
    text += '\n';
    text += base_url;
    text += address(i);
    text += '\n';
  }
  return text;
}

}  // namespace grandstand::http
