// SPDX-License-Identifier: MIT
#pragma once

#include "segment.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace grandstand::hls {

// The finished segments of a rendition at one moment, oldest first.
struct SegmentList {
  std::vector<SegmentPtr> fetchable;
  std::size_t first_listed = 0;  // those from here on are in the playlist

  std::span<const SegmentPtr> listed() const { return std::span(fetchable).subspan(first_listed); }
};

// The segments of one rendition: those that the live playlist lists, and those that left it but may still be asked for
// (for their own duration plus that of the longest playlist that listed them, RFC 8216 6.2.2).
class PlaylistWindow {
 public:
  explicit PlaylistWindow(media::MediaTime length) : length_(length) {}

  void append(SegmentPtr segment);

  const std::deque<SegmentPtr>& listed() const { return listed_; }
  std::size_t bytes() const { return bytes_; }
  std::shared_ptr<const SegmentList> list() const;

 private:
  struct Removed {
    SegmentPtr segment;
    media::MediaTime until{0};  // in media appended so far
  };
  void remove_oldest();

  media::MediaTime length_;
  std::deque<SegmentPtr> listed_;
  std::deque<Removed> removed_;
  media::MediaTime listed_duration_{0};
  media::MediaTime longest_{0};   // of any playlist so far
  media::MediaTime appended_{0};  // media ever appended: a clock for what was removed
  std::size_t bytes_ = 0;
};

}  // namespace grandstand::hls
