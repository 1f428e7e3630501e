// SPDX-License-Identifier: MIT
#pragma once

#include "byte_range.hpp"
#include "segment_buffer.hpp"

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

// A part of a segment that is to be written.
struct Piece {
  std::uint32_t number = 0;  // goes up by one from piece to piece
  bool opens_segment = true;
  media::MediaTime start{0};
};

struct MuxedPiece {
  SharedBytes bytes;
  // What must be read, besides what EXT-X-MAP names, to decode the first picture when it is a key frame; else nothing.
  ByteRange key_frame{};
};

// Turns samples into the bytes of segments, piece by piece, in one container, for as long as the tracks stay what they
// are. The pieces of a segment, one behind the other, are the segment.
class SegmentMuxer {
 public:
  virtual ~SegmentMuxer() = default;

  // `runs` may lack tracks; only texts may lack all.
  virtual MuxedPiece mux(const Piece& piece, std::span<const TrackRun> runs, SegmentBuffer& buffer) = 0;

  // What EXT-X-MAP names; empty when the container needs none.
  virtual SharedBytes init_segment() const { return {}; }
};

}  // namespace grandstand::hls
