// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <compare>
#include <memory>
#include <vector>

namespace grandstand::media {

// What a slate looks like to decoders.
struct SlateShape {
  Codec video = Codec::kH264;  // or kHevc; without an encoder for it: kH264
  int width = 1280;            // pixels, up to 1920 x 1080; 0: sound only
  int height = 720;
  int frames_per_second = 25;  // 1..60
  int sample_rate = 48'000;    // Hz: 48000 or 44100

  // The shape next to that of the tracks; without tracks the one above.
  static SlateShape like(const TrackSet& tracks);
  friend auto operator<=>(const SlateShape&, const SlateShape&) = default;
};

// A short piece that can be repeated without end: a calm picture, and AAC silence. Immutable.
struct Slate {
  TrackSet tracks;  // video with id 1 (unless sound only), audio with id 2
  // Two seconds or so each of whole groups of pictures without B-frames; dts = pts from 0, with durations.
  std::vector<Sample> pictures;
  MediaTime picture_time{0};  // of all pictures: the next round begins here
  SharedBytes silence;        // one frame of 1024 samples, to be repeated
};

inline constexpr std::uint32_t kSlateVideoTrack = 1;
inline constexpr std::uint32_t kSlateAudioTrack = 2;

// Encodes a slate; takes a tenth of a second to some seconds. Blocking and CPU-bound: run it on a thread of its own.
// kUnsupported: libavcodec lacks the encoders.
Result<std::shared_ptr<const Slate>> encode_slate(SlateShape shape);

}  // namespace grandstand::media
