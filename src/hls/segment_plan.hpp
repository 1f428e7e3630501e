// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace grandstand::hls {

// Where a segment begins and ends: decided once, carried out by every rendition.
struct SegmentPlan {
  std::uint64_t sequence = 0;
  std::uint64_t discontinuity_sequence = 0;
  bool discontinuity = false;           // carries EXT-X-DISCONTINUITY
  bool independent = true;              // begins with a key frame
  bool fresh = false;                   // nothing of what came before belongs to it
  media::MediaTime start{0};            // presentation time of its first picture (audio-only: frame)
  UtcTime date{};                       // of `start`
  std::optional<media::MediaTime> end;  // once it is known where it ends
};

// A part of a segment; without low latency each segment is one part.
struct PartPlan {
  std::shared_ptr<const SegmentPlan> segment;
  bool first = false;
  bool last = false;
  media::MediaTime start{0};
  std::optional<media::MediaTime> end;
  std::uint64_t lead_end = 0;  // samples of the leading pictures up to this one, counted since the tracks were set
};

}  // namespace grandstand::hls
