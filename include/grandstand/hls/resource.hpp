// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace grandstand::hls {

// One thing that HTTP serves, made once per version and shared by all who read it. Immutable.
struct Resource {
  SharedBytes body;
  SharedBytes gzip_body;      // playlists; empty: none is kept
  std::string content_type;   // "application/vnd.apple.mpegurl", "video/mp2t", "video/mp4"
  std::string etag;           // with quotes
  std::string cache_control;  // "max-age=1" for live playlists, "max-age=86400, immutable" for segments
};

using ResourcePtr = std::shared_ptr<const Resource>;

}  // namespace grandstand::hls
