// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace grandstand::hls {

// fMP4 (CMAF) carries what browsers play: H.264 or HEVC with AAC. TS carries the programme as it arrived, with its
// original audio.
enum class Container { kFmp4, kTs };

struct Settings {
  // Segments are cut at the first key frame at or after this; 1..10 s. Shorter: less delay, more requests.
  std::chrono::milliseconds segment_duration{2'000};
  // Without a key frame, a segment is cut anyway at this; also the EXT-X-TARGETDURATION, which never changes. Players
  // start three of it behind live, so: no longer than the feeds' key frames ask for. 2..30 s
  std::chrono::milliseconds max_segment_duration{4'000};
  // Media that the live playlist lists, at least 3 target durations. Memory per channel and container: bit rate x
  // (window + kept).
  std::chrono::milliseconds window{30'000};
  // Low latency (LL-HLS): parts, blocking reloads, delta updates. Players that do not know it are served as before.
  bool low_latency = true;
  // EXT-X-PART-INF:PART-TARGET, 200 ms..2 s. Shorter: less delay, more requests.
  std::chrono::milliseconds part_duration{334};
  // Renditions that are made. HEVC is made for fMP4 and TS alike.
  std::vector<Container> containers{Container::kFmp4, Container::kTs};
};

}  // namespace grandstand::hls
