// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <cstdint>

namespace grandstand::hls {

// What a channel's next segment gets: EXT-X-MEDIA-SEQUENCE and EXT-X-DISCONTINUITY-SEQUENCE count by them.
struct SequenceNumbers {
  std::uint64_t media = 0;
  std::uint64_t discontinuity = 0;

  friend bool operator==(const SequenceNumbers&, const SequenceNumbers&) = default;
};

// Where a channel begins to count that starts at this time.
SequenceNumbers numbers_by_clock(UtcTime started);

}  // namespace grandstand::hls
