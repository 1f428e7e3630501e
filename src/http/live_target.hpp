// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::http {

// What a URL below /live/ asks for, and the token that may stand before it, so that the relative addresses in playlists
// bring it along: /live/~<token>~<player>/news/index.m3u8 is /live/news/index.m3u8 for whoever has the token.
struct LiveTarget {
  std::string_view token;   // without '~'; empty: none
  std::string_view player;  // the name that the player was given; may be empty
  std::string_view path;    // "news/index.m3u8"

  std::string_view channel() const { return path.substr(0, path.find('/')); }
};

// `path` begins with "/live/".
LiveTarget parse_live_target(std::string_view path);

// "/live/~<token>~<player>/"; "/live/" without a token.
std::string live_prefix(std::string_view token, std::string_view player);

// What of a query we know ourselves (delivery directives, ranges of an archive), and what is somebody else's; both as
// they stood, without `token` and `keep`.
struct LiveQuery {
  std::string_view token;
  bool keeps_cookie = false;  // keep=cookie
  std::string ours;
  std::string foreign;
};
LiveQuery parse_live_query(std::string_view query);

}  // namespace grandstand::http
