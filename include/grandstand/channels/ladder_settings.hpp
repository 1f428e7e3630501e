// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/video_ladder.hpp>

#include <chrono>
#include <string_view>
#include <vector>

namespace grandstand::channels {

// What becomes of the pictures as they arrive, beside the rungs of a ladder.
enum class OriginalVideo {
  kAuto,  // dropped when browsers cannot play them (MPEG-2, interlaced), a rendition otherwise
  kPass,
  kDrop,
};

// The renditions that a channel makes by encoding its pictures anew.
struct EncodingSettings {
  media::VideoLadder ladder;
  OriginalVideo original = OriginalVideo::kAuto;  // without a ladder they are always passed

  friend bool operator==(const EncodingSettings&, const EncodingSettings&) = default;
};

// Small pictures of the channel, each of a key frame: the latest one, and sheets of them for players' seek bars.
struct ThumbnailSettings {
  bool enabled = false;
  std::chrono::seconds interval{10};  // 2..60 s

  friend bool operator==(const ThumbnailSettings&, const ThumbnailSettings&) = default;
};

inline constexpr std::size_t kMaxRungs = 8;

// "light", "standard", "full": ladders by name. Empty: none has this name.
std::vector<media::VideoRung> named_ladder(std::string_view name);

// How many processor cores the ladder takes, by docs/operations.md, for wide pictures, 25 a second, in libx264's
// preset. An estimate for warnings.
double estimated_cores(const EncodingSettings& encoding);

}  // namespace grandstand::channels
