// SPDX-License-Identifier: MIT
#pragma once

#include "video_decoder.hpp"

namespace grandstand::media {

// Decodes key frames of a video track, each by itself.
class KeyFrameDecoder {
 public:
  static Result<KeyFrameDecoder> open(const Track& track);

  // The picture is good until the next call. A damaged one is an error and does no harm.
  Result<AVFrame*> decode(const Sample& sample);

 private:
  KeyFrameDecoder(std::uint32_t track, VideoDecoder decoder) : track_(track), decoder_(std::move(decoder)) {}

  std::uint32_t track_;
  VideoDecoder decoder_;
  FrameHandle picture_{av_frame_alloc()};
};

}  // namespace grandstand::media
