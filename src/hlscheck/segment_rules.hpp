// SPDX-License-Identifier: MIT
#pragma once

#include "findings.hpp"
#include "playlist.hpp"
#include "segment_media.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::hlscheck {

// The times of `track`'s first picture or sound, and where it ends as far as can be told; unwrapped from each other.
struct MediaSpan {
  Seconds start{0};
  Seconds length{0};
};
std::optional<MediaSpan> span_of(const MediaTrack& track, SegmentMedia::Container container);

// From time `a` to time `b` of 90 kHz modulo 2^33 (MPEG-TS), the short way.
std::int64_t timestamp_distance(std::int64_t a, std::int64_t b);

// What is known of a playlist while its segments go by, in order.
//
// Owner: a check.   Runs on: its thread.   Stops: no need; keeps the latest segment's times and one number per segment.
class SegmentSequence {
 public:
  // `listed` as in `playlist`, with the media that it turned out to be (rules 7, 9, 36, 40 to 45). `independent`: it
  // was promised that every segment can be decoded by itself.
  void see(const Playlist& playlist, const Segment& listed, bool independent, SegmentMedia media, std::size_t bytes,
           Findings& findings);

  // Rule 35: what CODECS of the variant must have of these tracks. Empty before the first segment.
  const std::vector<MediaTrack>& tracks() const { return tracks_; }
  SegmentMedia::Container container() const { return container_; }

  // Bits per second over all that was seen, and at most over neighbours of 0.5 to 1.5 target durations (bis 4.4.6.2).
  double average_rate() const;
  double peak_rate(Seconds target) const;

  // Rule 44: by the date of the segment, where its media starts, in ticks of its timescale.
  struct Start {
    Seconds date{0};
    Seconds media{0};
    Seconds tick{0};
    std::string name;
  };
  const std::vector<Start>& starts() const { return starts_; }

 private:
  static void check_alone(const Place& place, const Segment& listed, bool independent, const SegmentMedia& media,
                          Findings& findings);
  // False when media is missing in between.
  bool check_continuation(const Place& place, const Segment& listed, const SegmentMedia& media,
                          Findings& findings) const;
  void check_after_last(const Playlist& playlist, const Segment& listed, const SegmentMedia& media, Findings& findings);
  void check_duration(const Playlist& playlist, const SegmentMedia& media, Findings& findings);

  std::optional<Segment> last_listed_;
  SegmentMedia last_;
  std::vector<MediaTrack> tracks_;  // without samples
  SegmentMedia::Container container_ = SegmentMedia::Container::kUnknown;
  struct Size {
    std::int64_t sequence = 0;
    double bits = 0;
    Seconds duration{0};
  };
  std::vector<Size> sizes_;
  std::vector<Start> starts_;
  // Of EXTINF against the media, added up since the last break.
  std::map<MediaTrack::Kind, Seconds> drift_;
};

// Rule 35. `codecs`: the attribute of the variant that has these tracks (of all its renditions).
void check_codecs(const Place& place, const std::string& codecs, const std::vector<MediaTrack>& tracks,
                  SegmentMedia::Container container, Findings& findings);

// Rule 44, of two video renditions.
void check_starts(const Place& place, const SegmentSequence& reference, const SegmentSequence& other,
                  Findings& findings);

}  // namespace grandstand::hlscheck
