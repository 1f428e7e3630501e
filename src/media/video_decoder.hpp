// SPDX-License-Identifier: MIT
#pragma once

#include "ffmpeg_handles.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

namespace grandstand::media {

// libavcodec's decoder of one video track; pts of pictures are those of their samples.
class VideoDecoder {
 public:
  static Result<VideoDecoder> open(const Track& track);

  // False: the access unit is damaged. Then, as otherwise, receive() what is ready.
  bool send(const Sample& sample);
  // No more samples: the pictures that wait for reordering come out. Then flush().
  void end();
  // False: none is ready. Damaged pictures are left out and counted.
  bool receive(AVFrame& picture);
  // Forgets everything, for samples of another time.
  void flush();

  int take_damaged() { return std::exchange(damaged_, 0); }
  // In pixels; {0, 1}: the configuration does not say.
  AVRational sample_aspect() const { return sample_aspect_; }

 private:
  CodecHandle context_;
  PacketHandle packet_;
  AVRational sample_aspect_{0, 1};
  int damaged_ = 0;
};

}  // namespace grandstand::media
