// SPDX-License-Identifier: MIT
#pragma once

#include "byte_range.hpp"
#include "segment_plan.hpp"

#include <grandstand/hls/resource.hpp>

#include <memory>
#include <string>
#include <vector>

namespace grandstand::hls {

// A part of a segment of one rendition (EXT-X-PART).
struct Part {
  media::MediaTime start{0};
  media::MediaTime end{0};
  bool independent = false;  // contains a key frame
  ResourcePtr media;         // null: nothing arrived for it in this rendition (GAP=YES)
};

// A segment of one rendition. Once it is finished, its place in the playlist never changes (headend.md 4, rule 14).
struct Segment {
  SegmentPlan plan;         // with its end when it is finished
  std::string uri;          // relative to the media playlist
  ResourcePtr media;        // null: nothing arrived for it in this rendition (EXT-X-GAP)
  SharedBytes plain;        // TS that is encrypted: its bytes before, for continuous streams
  ByteRange key_frame;      // of `media`: the picture that it begins with, alone; none when encrypted
  std::string key_line;     // EXT-X-KEY; empty: not encrypted
  ResourcePtr init;         // what EXT-X-MAP names; null: it needs none
  std::string init_uri;     // relative to the media playlist
  std::vector<Part> parts;  // low latency: as many as there are

  media::MediaTime duration() const { return *plan.end - plan.start; }
  bool has_i_frame() const { return media && key_frame.size > 0; }
  std::size_t bytes() const { return media ? media->body.size() : 0; }
};
using SegmentPtr = std::shared_ptr<const Segment>;

}  // namespace grandstand::hls
