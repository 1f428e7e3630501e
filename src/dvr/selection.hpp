// SPDX-License-Identifier: MIT
#pragma once

#include "shelf.hpp"

#include <vector>

namespace grandstand::dvr {

struct BitRates {
  std::uint64_t peak = 0;     // of any segments in a row that together last `least`, in bit/s
  std::uint64_t average = 0;  // bit/s
};

// Segments of a rendition that follow one another, for a playlist: [first, last) of each reel.
struct Selection {
  struct Piece {
    ReelPtr reel;
    ReelContentsPtr contents;
    std::size_t first = 0;
    std::size_t last = 0;
  };
  std::vector<Piece> pieces;

  bool empty() const { return pieces.empty(); }
  std::size_t count() const;
  std::uint64_t sequence() const;                // of the first segment
  std::uint64_t discontinuity_sequence() const;  // for a playlist that begins here
  UtcTime start() const { return pieces.front().contents->at(pieces.front().first).date; }
  UtcTime end() const { return pieces.back().contents->at(pieces.back().last - 1).end(); }
  std::chrono::seconds duration() const;  // rounded up
  bool independent() const;               // all segments are
  bool has_gap() const;
  BitRates bit_rates(std::chrono::microseconds least) const;
  // A playlist that names them goes out: they stay for as long as it is, and a segment more (headend.md 4, rule 17).
  void lease(UtcTime now, std::chrono::seconds target_duration) const;
};

Selection select_listed(const RenditionShelf& rendition, UtcTime now);
// What overlaps [from, until), on disk at all.
Selection select_range(const RenditionShelf& rendition, UtcTime from, UtcTime until, UtcTime now);
// The last that ended by `until`, so many that they are together at least so long: where nothing was recorded for a
// while, they are from before.
Selection select_last(const RenditionShelf& rendition, std::chrono::seconds length, UtcTime until, UtcTime now);

}  // namespace grandstand::dvr
