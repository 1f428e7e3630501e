// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/hls/packager.hpp>

#include <chrono>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace grandstand::test {

// A media playlist as a client reads it.
struct ListedSegment {
  std::uint64_t sequence = 0;
  std::uint64_t discontinuity_sequence = 0;
  bool discontinuity = false;
  bool gap = false;
  std::string uri;
  std::string map;
  std::string date;
  double duration = 0;

  friend bool operator==(const ListedSegment&, const ListedSegment&) = default;
};
struct ListedPart {
  std::uint64_t sequence = 0;  // of its segment
  std::string uri;
  double duration = 0;
  bool independent = false;
  bool gap = false;
};
struct MediaPlaylist {
  int version = 0;
  int target_duration = 0;
  bool independent = false;
  std::uint64_t media_sequence = 0;
  std::uint64_t discontinuity_sequence = 0;
  std::string map;  // the last one
  std::vector<ListedSegment> segments;
  std::vector<ListedPart> parts;  // of all segments, the unfinished one included
  double part_target = 0;
  std::string hint;  // EXT-X-PRELOAD-HINT
  std::uint64_t skipped = 0;
  std::string text;

  // Of the segment that the parts at the end belong to.
  std::uint64_t open_sequence() const { return segments.empty() ? media_sequence : segments.back().sequence + 1; }
};

inline std::string attribute(const std::string& line, const std::string& name) {
  auto at = line.find(name + "=");
  if (at == std::string::npos) return {};
  at += name.size() + 1;
  if (line[at] != '"') return line.substr(at, line.find(',', at) - at);
  return line.substr(at + 1, line.find('"', at + 1) - at - 1);
}

inline MediaPlaylist parse_media_playlist(const std::string& text) {
  MediaPlaylist playlist;
  playlist.text = text;
  std::istringstream lines(text);
  ListedSegment next;
  bool first = true;
  std::uint64_t discontinuity_sequence = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto value = line.substr(line.find(':') + 1);
    if (line.starts_with("#EXT-X-VERSION:")) playlist.version = std::stoi(value);
    if (line.starts_with("#EXT-X-TARGETDURATION:")) playlist.target_duration = std::stoi(value);
    if (line == "#EXT-X-INDEPENDENT-SEGMENTS") playlist.independent = true;
    if (line.starts_with("#EXT-X-MEDIA-SEQUENCE:")) playlist.media_sequence = std::stoull(value);
    if (line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE:")) {
      playlist.discontinuity_sequence = discontinuity_sequence = std::stoull(value);
    }
    if (line == "#EXT-X-DISCONTINUITY") next.discontinuity = true;
    if (line == "#EXT-X-GAP") next.gap = true;
    if (line.starts_with("#EXT-X-MAP:URI=\"")) playlist.map = line.substr(16, line.size() - 17);
    if (line.starts_with("#EXT-X-PROGRAM-DATE-TIME:")) next.date = value;
    if (line.starts_with("#EXTINF:")) next.duration = std::stod(value);
    if (line.starts_with("#EXT-X-PART-INF:")) playlist.part_target = std::stod(attribute(line, "PART-TARGET"));
    if (line.starts_with("#EXT-X-SKIP:")) playlist.skipped = std::stoull(attribute(line, "SKIPPED-SEGMENTS"));
    if (line.starts_with("#EXT-X-PRELOAD-HINT:TYPE=PART")) playlist.hint = attribute(line, "URI");
    if (line.starts_with("#EXT-X-PART:")) {
      const auto sequence = first ? playlist.media_sequence + playlist.skipped : playlist.open_sequence();
      playlist.parts.push_back({sequence, attribute(line, "URI"), std::stod(attribute(line, "DURATION")),
                                line.find("INDEPENDENT=YES") != std::string::npos,
                                line.find("GAP=YES") != std::string::npos});
    }
    if (line.empty() || line.front() == '#') continue;
    next.uri = line;
    next.map = playlist.map;
    next.sequence = first ? playlist.media_sequence + playlist.skipped : playlist.segments.back().sequence + 1;
    if (next.discontinuity) ++discontinuity_sequence;
    next.discontinuity_sequence = discontinuity_sequence;
    playlist.segments.push_back(next);
    next = {};
    first = false;
  }
  return playlist;
}

inline MediaPlaylist read_media_playlist(const hls::ChannelSnapshot& snapshot, const std::string& container) {
  const auto resource = snapshot.find(container + "/media.m3u8");
  if (!resource) return {};
  return parse_media_playlist(std::string(resource->body.view()));
}

inline SharedBytes fetch(const hls::ChannelSnapshot& snapshot, const std::string& path) {
  const auto resource = snapshot.find(path);
  if (!resource) throw std::runtime_error("not published: " + path);
  return resource->body;
}

// Everything that the playlist names, in order: what a client would append.
inline std::vector<SharedBytes> all_bytes(const hls::ChannelSnapshot& snapshot, const std::string& container) {
  std::vector<SharedBytes> parts;
  std::string map;
  for (const auto& segment : read_media_playlist(snapshot, container).segments) {
    if (segment.map != map) parts.push_back(fetch(snapshot, container + "/" + segment.map));
    map = segment.map;
    if (!segment.gap) parts.push_back(fetch(snapshot, container + "/" + segment.uri));
  }
  return parts;
}

}  // namespace grandstand::test
