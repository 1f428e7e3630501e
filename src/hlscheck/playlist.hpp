// SPDX-License-Identifier: MIT
#pragma once

#include "attribute_list.hpp"
#include "findings.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hlscheck {

using Seconds = std::chrono::duration<double>;

// "2026-11-21T08:40:55.123Z" as seconds since 1970; what is missing of zone and milliseconds is only noted.
struct PlaylistDate {
  Seconds since_1970{0};
  bool has_zone = false;
  bool has_milliseconds = false;
};
std::optional<PlaylistDate> parse_date(std::string_view text);

struct ByteRange {
  std::int64_t length = 0;
  std::int64_t offset = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct MapTag {
  std::string url;  // absolute; empty: none applies
  std::optional<ByteRange> range;
  int line = 0;
  friend bool operator==(const MapTag& a, const MapTag& b) { return a.url == b.url && a.range == b.range; }
};

struct Part {
  std::string url;
  std::optional<ByteRange> range;
  Seconds duration{0};
  bool independent = false;
  bool gap = false;
  int line = 0;
};

struct Segment {
  std::int64_t sequence = 0;
  std::int64_t discontinuity_sequence = 0;
  std::string url;  // empty: not complete yet, only its parts are there
  std::optional<ByteRange> range;
  Seconds duration{0};
  bool discontinuity = false;  // carries the tag
  bool gap = false;
  std::optional<Seconds> date;  // as tagged
  MapTag map;
  std::string key;  // the tags that apply, as they stand there; empty when in the clear
  std::vector<Part> parts;
  int line = 0;
  int date_line = 0;

  std::string name() const { return "segment " + std::to_string(sequence); }
};

// A tag with an attribute list that is kept as it is.
struct Tag {
  int line = 0;
  std::string name;  // "EXT-X-MEDIA"
  AttributeList attributes;
  std::string url = {};  // of URI, or of the following line for EXT-X-STREAM-INF; absolute
};

// A playlist as far as it can be understood, of either kind, with the lines where things stand (bis 4).
struct Playlist {
  std::string url;
  bool multivariant = false;
  int version = 1;
  int needed_version = 1;
  std::string needed_by;  // the tag that needs it
  bool independent_segments = false;

  // Media playlists
  std::optional<Seconds> target;
  std::int64_t media_sequence = 0;
  std::int64_t discontinuity_sequence = 0;
  bool has_discontinuity_sequence = false;
  std::string type;  // of EXT-X-PLAYLIST-TYPE
  bool ended = false;
  bool iframes_only = false;
  std::optional<Seconds> part_target;
  std::optional<Tag> server_control;
  std::optional<Tag> skip;
  std::int64_t skipped = 0;
  std::vector<Segment> segments;
  Segment open;  // behind the last segment: what is there of the next one
  std::vector<Tag> hints;
  std::vector<Tag> reports;
  std::vector<Tag> date_ranges;

  // Multivariant playlists
  std::vector<Tag> variants;         // EXT-X-STREAM-INF
  std::vector<Tag> iframe_variants;  // EXT-X-I-FRAME-STREAM-INF
  std::vector<Tag> renditions;       // EXT-X-MEDIA
  std::map<std::string, std::string> definitions;

  bool live() const { return !ended; }
  bool low_latency() const { return part_target.has_value(); }
  Seconds window() const;
  std::int64_t end_sequence() const { return media_sequence + skipped + static_cast<std::int64_t>(segments.size()); }
  const Segment* segment(std::int64_t sequence) const;  // whole ones only
  Place at(int line = 0) const { return Place{url, line}; }
};

bool looks_like_playlist(std::string_view text);

// Never fails: what is malformed becomes a finding (of rule 1, if no other has it) and is left out. `imported`: what a
// multivariant playlist defines for EXT-X-DEFINE:IMPORT.
Playlist parse_playlist(std::string_view text, const std::string& url, Findings& findings,
                        const std::map<std::string, std::string>& imported = {});

}  // namespace grandstand::hlscheck
