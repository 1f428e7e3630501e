// SPDX-License-Identifier: MIT
#pragma once

#include "segment_plan.hpp"

#include <grandstand/hls/resource.hpp>

#include <memory>
#include <string>

namespace grandstand::hls {

// A resource and its path below /live/<channel>/.
struct NamedResource {
  std::string path;
  ResourcePtr resource;
};
using NamedResourcePtr = std::shared_ptr<const NamedResource>;

// A finished segment of one rendition. Its place in the playlist never changes (headend.md 4, rule 14).
struct Segment {
  SegmentPlan plan;        // with its end
  std::string uri;         // relative to the media playlist
  NamedResourcePtr media;  // null: nothing arrived for it in this rendition (EXT-X-GAP)
  NamedResourcePtr init;   // what EXT-X-MAP names; null for TS
  std::string init_uri;

  media::MediaTime duration() const { return *plan.end - plan.start; }
  std::size_t bytes() const { return media ? media->resource->body.size() : 0; }
};

}  // namespace grandstand::hls
