// SPDX-License-Identifier: MIT
#pragma once

#include "ffmpeg_handles.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/video_ladder.hpp>

#include <vector>

namespace grandstand::media {

// Makes of each decoded picture one of each size that is asked for, deinterlaced when it is interlaced. Made for
// pictures of one shape and format: another one needs another filter (fits()).
class VideoFilter {
 public:
  struct Output {
    int width = 0;
    int height = 0;
    const char* format = "yuv420p";
    AVBufferRef* device = nullptr;  // the pictures are uploaded there
  };
  struct Input {
    AVRational frame_rate{25, 1};
    Deinterlace deinterlace = Deinterlace::kOff;
    int threads = 1;
  };
  static Result<VideoFilter> open(const AVFrame& picture, const Input& input, const std::vector<Output>& outputs);

  bool fits(const AVFrame& picture) const;
  // Takes the picture's reference. 0, or an error code of FFmpeg.
  int send(AVFrame& picture);
  void end();
  // False: none is ready. pts in the media's time base.
  bool receive(std::size_t output, AVFrame& picture);

 private:
  FilterGraphHandle graph_;
  AVFilterContext* source_ = nullptr;
  std::vector<AVFilterContext*> sinks_;
  int width_ = 0, height_ = 0, format_ = -1;
  AVRational sample_aspect_{1, 1};
};

}  // namespace grandstand::media
