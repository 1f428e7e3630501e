// SPDX-License-Identifier: MIT
#include "webvtt_muxer.hpp"

#include "byte_writer.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

namespace grandstand::hls {
namespace {

using media::MediaTime;

constexpr std::int64_t kTicksPerMillisecond = 90;

std::string cue_time(MediaTime time) {
  const auto ms = std::max<std::int64_t>(time.count() / kTicksPerMillisecond, 0);
  char text[40];
  std::snprintf(text, sizeof text, "%02lld:%02d:%02d.%03d", static_cast<long long>(ms / 3'600'000),
                static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
  return text;
}

}  // namespace

MuxedPiece WebVttMuxer::mux(const Piece& piece, std::span<const TrackRun> runs, SegmentBuffer& buffer) {
  // Whole milliseconds, so that both clocks name the same moment.
  const MediaTime base{piece.start.count() / kTicksPerMillisecond * kTicksPerMillisecond};
  std::string text = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:" + std::to_string(base.count() & 0x1'ffff'ffff) +
                     ",LOCAL:" + cue_time(base) + "\n\n";
  for (const auto& run : runs) {
    for (const auto& cue : run.samples) {
      text += cue_time(cue.pts) + " --> " + cue_time(cue.pts + cue.duration) + "\n";
      text += cue.data.view();
      text += "\n\n";
    }
  }
  ByteWriter out(buffer, text.size());
  out.text(text);
  return {std::move(out).finish()};
}

}  // namespace grandstand::hls
