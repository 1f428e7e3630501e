// SPDX-License-Identifier: MIT
#pragma once

#include "segment_muxer.hpp"

namespace grandstand::hls {

// Writes WebVTT segments (RFC 8216 3.5). Cue times are channel times; X-TIMESTAMP-MAP says for each segment where the
// 33-bit clock of the media stands then, so that wraps and discontinuities do no harm.
class WebVttMuxer final : public SegmentMuxer {
 public:
  // The samples are the cues of the segment; none: an empty segment.
  MuxedPiece mux(const Piece& piece, std::span<const TrackRun> runs, SegmentBuffer& buffer) override;
};

}  // namespace grandstand::hls
