// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <string>
#include <string_view>

namespace grandstand::ingest {

// What a publisher named: which channel, and the secret it gave.
struct RtmpPublishName {
  std::string channel;
  std::string key;  // empty when none was given
};

// The dialects of encoders, for channel "news" and key "k":
//   app "live", name "news?key=k"            OBS (server rtmp://host/live), FFmpeg and GStreamer
//   (rtmp://host/live/news?key=k) app "live?key=k", name "news"            the key in the server's URL app "live/news",
//   name "k" or "?key=k"    OBS with server rtmp://host/live/news app "live/news", name "", key in `tc_url`'s query
// Fails when no channel is named; messages never hold a key.
Result<RtmpPublishName> parse_publish_name(std::string_view app, std::string_view tc_url, std::string_view name);

}  // namespace grandstand::ingest
