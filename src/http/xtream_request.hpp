// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::http {

// What an Xtream client asks, in whichever of its forms.
struct XtreamRequest {
  enum class Kind { kApi, kPlaylist, kGuide, kLive, kTimeshift };

  Kind kind = Kind::kApi;
  std::string name;
  std::string password;
  std::map<std::string, std::string> parameters;  // of kApi and kPlaylist
  std::string number;                             // of kLive and kTimeshift: the stream_id
  bool ts = false;                                // continuous MPEG-TS is wanted, not HLS
  UtcTime start{};                                // of kTimeshift
  std::chrono::minutes duration{0};
};

// Errors say what was expected; never with the password.
Result<XtreamRequest> parse_xtream(const Request& request);

// The target of any request as it may be logged: without query values, and without the name and password that stand in
// the paths of Xtream clients.
std::string loggable_target(const Request& request);

// Whether a path below /live/ is Xtream's /live/<user>/<password>/<number>.(ts|m3u8).
bool is_xtream_stream(std::string_view path);

// "2026-11-21:20-15", also with seconds, or Unix seconds; UTC.
std::optional<UtcTime> parse_xtream_time(std::string_view text);

}  // namespace grandstand::http
