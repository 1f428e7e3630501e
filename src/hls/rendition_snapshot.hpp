// SPDX-License-Identifier: MIT
#pragma once

#include "playlist_window.hpp"
#include "segment.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace grandstand::hls {

enum class Format { kFmp4, kTs, kWebVtt };

// What stays the same of a rendition for as long as it exists.
struct RenditionTraits {
  std::string name;  // its folder below /live/<channel>/
  Format format = Format::kFmp4;
  std::string token;  // of the process start; part of every name
  std::chrono::seconds target_duration{0};
  bool low_latency = false;
  std::optional<media::MediaTime> part_target;  // its segments come in parts; texts come whole

  std::string_view extension() const {
    return format == Format::kFmp4 ? ".m4s" : format == Format::kTs ? ".ts" : ".vtt";
  }
  // Names are never used twice (headend.md 4, rule 49).
  std::string segment_uri(std::uint64_t sequence) const {
    return token + "-" + std::to_string(sequence) + std::string(extension());
  }
  std::string part_uri(std::uint64_t sequence, std::size_t part) const {
    return token + "-" + std::to_string(sequence) + "." + std::to_string(part) + std::string(extension());
  }
};

// Everything that can be fetched of a rendition at one moment; immutable.
struct RenditionSnapshot {
  std::shared_ptr<const RenditionTraits> traits;
  std::shared_ptr<const SegmentList> segments;
  SegmentPtr open;                  // the unfinished segment, with its parts so far; null: none has begun
  std::uint64_t next_sequence = 0;  // of the unfinished segment, or of the one that will come next
  bool independent = true;          // every segment so far can be decoded by itself
  bool ready = false;               // it has a playlist
  bool has_i_frames = false;        // and one of I-frames
  bool alive = false;               // media came lately: it is worth offering

  std::size_t open_parts() const { return open ? open->parts.size() : 0; }
  // The last finished segment; null: none.
  const Segment* last() const { return segments->listed().empty() ? nullptr : segments->listed().back().get(); }
  // A listed or kept segment by its number, the unfinished one too; null: none.
  const Segment* find(std::uint64_t sequence) const;
};
using RenditionSnapshotPtr = std::shared_ptr<const RenditionSnapshot>;

}  // namespace grandstand::hls
