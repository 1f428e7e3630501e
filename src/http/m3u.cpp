// SPDX-License-Identifier: MIT
#include "m3u.hpp"

#include "hdhomerun.hpp"

#include <array>
#include <utility>

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

using Mode = M3uCatchup::Mode;
constexpr std::array<std::pair<std::string_view, Mode>, 6> kModes{{{"shift", Mode::kShift},
                                                                   {"append", Mode::kAppend},
                                                                   {"default", Mode::kDefault},
                                                                   {"flussonic", Mode::kFlussonic},
                                                                   {"fs", Mode::kFlussonic},
                                                                   {"xc", Mode::kXtream}}};

// Clients fill in what stands in braces: the start, their present time, the length, all in seconds.
std::string catchup_source(Mode mode, const std::string& folder, std::string_view playlist) {
  switch (mode) {
    case Mode::kShift:
      return "?utc={utc}&lutc={lutc}";
    case Mode::kAppend:
      return "?utc={utc}&lutc={lutc}&duration={duration}";
    case Mode::kDefault:
      if (playlist == "stream.ts") return folder + "archive-{utc}-{duration}.ts";
      return folder + "archive.m3u8?start={utc}&duration={duration}" +
             (playlist == "index-ts.m3u8" ? "&container=ts" : "");
    case Mode::kFlussonic:
    case Mode::kXtream:
      break;
  }
  return {};
}

}  // namespace

std::optional<M3uCatchup::Mode> parse_catchup_mode(std::string_view text) {
  for (const auto& [name, mode] : kModes) {
    if (name == text) return mode;
  }
  return std::nullopt;
}

std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      std::string_view playlist, std::string_view live, const M3uCatchup& catchup) {
  const bool xtream = catchup.mode == Mode::kXtream;
  std::string text = "#EXTM3U";
  // Some read one name, some the other.
  for (const auto* name : {"x-tvg-url", "url-tvg"}) append_attribute(text, name, std::string(base_url) + "/epg.xml");
  text += '\n';
  for (std::size_t i = 0; i < lineup.size(); ++i) {
    const auto& channel = lineup[i];
    const auto folder = std::string(base_url) + std::string(live) + channel.id.value() + "/";
    text += "#EXTINF:-1";
    append_attribute(text, "tvg-id", channel.id.value());
    append_attribute(text, "tvg-name", channel.name);
    if (channel.number > 0) append_attribute(text, "tvg-chno", std::to_string(channel.number));
    const bool is_path = channel.logo.starts_with('/');
    append_attribute(text, "tvg-logo", is_path ? std::string(base_url) + channel.logo : channel.logo);
    append_attribute(text, "group-title", channel.group);
    if (channel.radio) append_attribute(text, "radio", "true");
    if (i < catchup.days.size() && catchup.days[i] > 0) {
      for (const auto& [name, mode] : kModes) {
        if (mode != catchup.mode) continue;
        append_attribute(text, "catchup", name);
        break;
      }
      append_attribute(text, "catchup-days", std::to_string(catchup.days[i]));
      append_attribute(text, "catchup-source", catchup_source(catchup.mode, folder, playlist));
    }
    text += ',';
    text += plain(channel.name, false);
    text += '\n';
    if (xtream) {
      const auto* const extension = playlist == "stream.ts" ? ".ts\n" : ".m3u8\n";
      text += std::string(base_url) + "/live/" + catchup.login + "/" + hdhomerun_guide_number(lineup, i) + extension;
    } else {
      text += folder;
      text += playlist;
      text += '\n';
    }
  }
  return text;
}

}  // namespace grandstand::http
