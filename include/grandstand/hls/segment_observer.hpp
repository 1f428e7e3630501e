// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/hls/date_range_list.hpp>
#include <grandstand/hls/resource.hpp>
#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::hls {

// What a rendition is, as far as a playlist of it needs to be told. Changes only with `generation`.
struct RenditionDescription {
  std::string name;        // the folder in its URLs: "fmp4", "ts", "fmp4-720p", "audio-eng", "text-eng"
  std::string kind;        // "variant" (an EXT-X-STREAM-INF), "audio" or "text" (an EXT-X-MEDIA)
  std::string container;   // "fmp4", "ts" or "webvtt"
  std::string attributes;  // the attribute list of its EXT-X-STREAM-INF or EXT-X-MEDIA, without URI; as of this segment
  unsigned generation = 0;
  // Of a variant: the attribute lists of the EXT-X-MEDIA of the captions in its pictures (CLOSED-CAPTIONS).
  std::vector<std::string> captions;
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
  // Of the channel, as listed now; another object when anything changes; null: there was none yet.
  std::shared_ptr<const DateRangeList> date_ranges;
};

// Told of every segment, in order per rendition. Must not block: it is called on the channel's loop.
class SegmentObserver {
 public:
  virtual ~SegmentObserver() = default;
  virtual void on_segment(const FinishedSegment& segment) = 0;
  // Why it cannot do with the channel's segments what it should, for operators; empty: all is well.
  virtual std::string trouble(const ChannelId& channel) const = 0;
};

}  // namespace grandstand::hls
