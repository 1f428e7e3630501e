// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace grandstand::media {

// One encoding of the pictures. The width follows from the shape of the picture, in square pixels.
struct VideoRung {
  int height = 0;    // lines, even, 64..2160; a rung higher than the source is left out
  int bit_rate = 0;  // bit/s on average; peaks reach 1.25 times that over 1.5 s

  friend bool operator==(const VideoRung&, const VideoRung&) = default;
};

enum class Deinterlace {
  kOff,
  kFrames,  // interlaced pictures become one progressive picture each (25 of 50 fields)
  kFields,  // ... one for each field: 50 a second, full motion, twice the cost
};

// How a video track is encoded anew. Empty rungs: it is not.
struct VideoLadder {
  std::vector<VideoRung> rungs;  // highest first
  Deinterlace deinterlace = Deinterlace::kFrames;
  std::string preset = "veryfast";               // of libx264: "ultrafast" .. "slower"
  std::vector<std::string> encoders{"libx264"};  // by the names of FFmpeg; the first one that opens is used
  int threads = 2;                               // per rung, 1..16; each more than one delays by a picture

  friend bool operator==(const VideoLadder&, const VideoLadder&) = default;
};

}  // namespace grandstand::media
