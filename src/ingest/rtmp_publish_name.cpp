// SPDX-License-Identifier: MIT
#include "rtmp_publish_name.hpp"

#include <optional>

namespace grandstand::ingest {

namespace {

struct PathAndQuery {
  std::string_view path;  // without slashes at its ends
  std::string_view query;
};

std::string_view without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

PathAndQuery split(std::string_view text) {
  const std::size_t mark = text.find('?');
  if (mark == std::string_view::npos) return {without_slashes(text), {}};
  return {without_slashes(text.substr(0, mark)), text.substr(mark + 1)};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// People paste keys as they are, so that a % which is no escape stands for itself.
std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      plain.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

std::optional<std::string> key_of(std::string_view query) {
  constexpr std::string_view kName = "key=";
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    if (field.starts_with(kName)) return percent_decoded(field.substr(kName.size()));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
  }
  return std::nullopt;
}

}  // namespace

Result<RtmpPublishName> parse_publish_name(std::string_view app, std::string_view tc_url, std::string_view name) {
  constexpr std::string_view kApp = "live";
  const PathAndQuery application = split(app);
  const PathAndQuery stream = split(name);
  auto key = key_of(stream.query);
  if (!key) key = key_of(application.query);
  if (!key) key = key_of(split(tc_url).query);

  if (application.path == kApp) {
    if (stream.path.empty()) {
      return Error{ErrorCode::kInvalidArgument, "no channel is named; the stream key is <channel>?key=<secret>"};
    }
    return RtmpPublishName{std::string(stream.path), key.value_or("")};
  }
  if (application.path.starts_with("live/")) {
    // The server's URL names the channel; what is given as the stream key then is the secret itself.
    return RtmpPublishName{std::string(application.path.substr(kApp.size() + 1)),
                           key ? *key : percent_decoded(stream.path)};
  }
  return Error{ErrorCode::kInvalidArgument,
               "the server is rtmp://<host>/live, with <channel>?key=<secret> as stream key"};
}

}  // namespace grandstand::ingest
