// SPDX-License-Identifier: MIT
#include "playlist_resource.hpp"

#include <cstdio>
#include <functional>

namespace grandstand::hls {

ResourcePtr playlist_resource(std::string text) {
  auto resource = std::make_shared<Resource>();
  char tag[32];
  std::snprintf(tag, sizeof tag, "\"%zx-%zx\"", text.size(), std::hash<std::string>{}(text));
  resource->body = SharedBytes(std::move(text));
  resource->gzip_on_demand = std::make_shared<Published<SharedBytes>>();
  resource->content_type = "application/vnd.apple.mpegurl";
  resource->etag = tag;
  resource->cache_control = "max-age=1";
  return resource;
}

}  // namespace grandstand::hls
