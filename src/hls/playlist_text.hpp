// SPDX-License-Identifier: MIT
#pragma once

#include "date_ranges.hpp"
#include "rendition_snapshot.hpp"

#include <grandstand/hls/directives.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace grandstand::hls {

// What a live media playlist (RFC 8216 4.3) is written of.
struct MediaPlaylist {
  const RenditionSnapshot& rendition;              // with at least one listed segment
  std::span<const RenditionSnapshotPtr> others{};  // for EXT-X-RENDITION-REPORT
  const DateRangeList* date_ranges = nullptr;
};
// With `skip` a delta update, or the whole when nothing can be left out.
std::string write_media_playlist(const MediaPlaylist& playlist, Directives::Skip skip = Directives::Skip::kNothing);

// A live playlist of the first pictures of the segments, where these are key frames (EXT-X-I-FRAMES-ONLY, RFC 8216
// 4.3.3.6), under the sequence numbers of the media playlist; the others are gaps.
std::string write_i_frame_playlist(const RenditionSnapshot& rendition);

// What both begin with, and a duration, as they stand there.
std::string sequence_lines(const SegmentPlan& first);
std::string duration_text(media::MediaTime start, media::MediaTime end);

// One EXT-X-STREAM-INF, or one EXT-X-I-FRAME-STREAM-INF, which has no frame rate and no groups.
struct Variant {
  std::string uri;
  std::uint64_t peak_bandwidth = 0;  // bit/s, with the audio group's
  std::uint64_t average_bandwidth = 0;
  std::string codecs;
  int width = 0;  // 0: no video
  int height = 0;
  double frame_rate = 0;       // 0: unknown
  std::string audio_group;     // empty: the sound is in it
  std::string subtitle_group;  // empty: none
  std::string caption_group;   // empty: CLOSED-CAPTIONS=NONE
};
// The attribute list of its EXT-X-STREAM-INF.
std::string stream_attributes(const Variant& variant);

// One EXT-X-MEDIA; `attributes` without URI, which may be empty (captions).
struct MediaEntry {
  std::string attributes;
  std::string uri;
};
struct MultivariantPlaylist {
  int version = 3;
  bool independent = true;
  std::vector<MediaEntry> media;
  std::vector<Variant> variants;
  std::vector<Variant> i_frames;
};
std::string write_multivariant_playlist(const MultivariantPlaylist& playlist);

// EXT-X-VERSION: fMP4 needs 6 for EXT-X-MAP, TS and WebVTT 3 for decimal durations (RFC 8216 section 7).
int playlist_version(Format format);

}  // namespace grandstand::hls
