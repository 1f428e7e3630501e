// SPDX-License-Identifier: MIT
#pragma once

#include "segment.hpp"

#include <cstdint>
#include <deque>

namespace grandstand::hls {

// BANDWIDTH and AVERAGE-BANDWIDTH of a rendition or of its I-frames, measured over the window. They are rounded up and
// keep still as long as they are true and not wildly too high, so that the multivariant playlist rarely changes.
class Bandwidth {
 public:
  // What counts of a segment, in bytes.
  using SizeOf = std::size_t (*)(const Segment&);
  void measure(
      const std::deque<SegmentPtr>& segments, media::MediaTime target_duration,
      SizeOf size_of = [](const Segment& segment) { return segment.bytes(); });

  std::uint64_t peak() const { return peak_; }  // bit/s, never below what was measured
  std::uint64_t average() const { return average_; }

 private:
  std::uint64_t peak_ = 0;
  std::uint64_t average_ = 0;
};

}  // namespace grandstand::hls
