// SPDX-License-Identifier: MIT
#include "live_target.hpp"

#include <algorithm>
#include <array>

namespace grandstand::http {
namespace {

constexpr std::string_view kLive = "/live/";

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames{"start", "end", "duration", "container",
                                                          "delay", "utc", "lutc"};
  return name.starts_with("_HLS_") || std::ranges::find(kNames, name) != kNames.end();
}

void append(std::string& query, std::string_view pair) {
  if (!query.empty()) query += '&';
  query += pair;
}

}  // namespace

LiveTarget parse_live_target(std::string_view path) {
  LiveTarget target;
  path.remove_prefix(kLive.size());
  if (path.starts_with('~')) {
    const auto slash = path.find('/');
    auto prefix = path.substr(1, slash - 1);
    const auto second = prefix.find('~');
    target.token = prefix.substr(0, second);
    if (second != std::string_view::npos) target.player = prefix.substr(second + 1);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  target.path = path;
  return target;
}

std::string live_prefix(std::string_view token, std::string_view player) {
  std::string prefix(kLive);
  if (token.empty()) return prefix;
  prefix += '~';
  prefix += token;
  if (!player.empty()) {
    prefix += '~';
    prefix += player;
  }
  return prefix + "/";
}

LiveQuery parse_live_query(std::string_view query) {
  LiveQuery parsed;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = pair.substr(0, equals);
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    if (name == "token") {
      parsed.token = value;
    } else if (name == "keep") {
      parsed.keeps_cookie = value == "cookie";
    } else if (!pair.empty()) {
      append(is_ours(name) ? parsed.ours : parsed.foreign, pair);
    }
  }
  return parsed;
}

}  // namespace grandstand::http
