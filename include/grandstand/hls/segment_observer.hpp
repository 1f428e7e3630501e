// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/hls/resource.hpp>
#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace grandstand::hls {

// What a rendition is, as far as a playlist of it needs to be told. Changes only with `generation`.
struct RenditionDescription {
  std::string name;        // the folder in its URLs: "fmp4", "ts", "fmp4-720p", "audio-eng", "text-eng"
  std::string kind;        // "variant" (an EXT-X-STREAM-INF), "audio" or "text" (an EXT-X-MEDIA)
  std::string container;   // "fmp4", "ts" or "webvtt"
  std::string attributes;  // the attribute list of its EXT-X-STREAM-INF or EXT-X-MEDIA, without URI; as of this segment
  unsigned generation = 0;
};

// A segment that has just become complete: what an archive keeps of it.
struct FinishedSegment {
  ChannelId channel;
  std::shared_ptr<const RenditionDescription> rendition;
  std::uint64_t sequence = 0;                // its media sequence number, the same in all renditions
  std::uint64_t discontinuity_sequence = 0;  // its own
  bool discontinuity = false;                // EXT-X-DISCONTINUITY stands before it
  bool independent = true;                   // begins with a key frame
  UtcTime date{};                            // EXT-X-PROGRAM-DATE-TIME
  media::MediaTime duration{0};
  std::chrono::seconds target_duration{0};
  std::string uri;       // relative to the rendition's folder; never used for anything else
  ResourcePtr media;     // null: EXT-X-GAP
  std::string init_uri;  // EXT-X-MAP, relative to the rendition's folder; empty: none
  ResourcePtr init;
  std::string key_line;  // EXT-X-KEY, whole line, when it is encrypted; else empty
};

// Told of every segment, in order per rendition. Must not block: it is called on the channel's loop.
class SegmentObserver {
 public:
  virtual ~SegmentObserver() = default;
  virtual void on_segment(const FinishedSegment& segment) = 0;
};

}  // namespace grandstand::hls
