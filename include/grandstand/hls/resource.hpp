// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/published.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace grandstand::hls {

// One thing that HTTP serves, made once per version and shared by all who read it. Immutable.
struct Resource {
  SharedBytes body;
  SharedBytes gzip_body;      // ready-made; empty: see gzip_on_demand
  std::string content_type;   // "application/vnd.apple.mpegurl", "video/mp2t", "video/mp4", "audio/mp4", "text/vtt"
  std::string etag;           // with quotes
  std::string cache_control;  // "max-age=1" for live playlists, "max-age=86400, immutable" for segments

  // Playlists: compressed once, when somebody asks for it first. Null: never.
  std::shared_ptr<Published<SharedBytes>> gzip_on_demand;

  bool compressible() const { return gzip_on_demand || !gzip_body.empty(); }
  // The gzip form; empty when there is none. Safe from any thread.
  SharedBytes compressed() const;
};

using ResourcePtr = std::shared_ptr<const Resource>;

}  // namespace grandstand::hls
