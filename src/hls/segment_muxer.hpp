// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::hls {

// What one track gives to a segment, in decoding order.
struct TrackRun {
  std::size_t track = 0;  // index in the list that the muxer was made with
  std::span<const media::Sample> samples;
  std::optional<media::MediaTime> next_dts;  // of the sample behind the last one, when it follows seamlessly
};

// Turns samples into the bytes of segments, one container, for as long as the tracks stay what they are.
class SegmentMuxer {
 public:
  virtual ~SegmentMuxer() = default;

  // `runs` may lack tracks, but not be empty.
  virtual SharedBytes mux(std::uint64_t sequence, std::span<const TrackRun> runs) = 0;

  // What EXT-X-MAP names; empty when the container needs none.
  virtual SharedBytes init_segment() const { return {}; }
};

}  // namespace grandstand::hls
