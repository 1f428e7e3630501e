// SPDX-License-Identifier: MIT
#pragma once

#include "ffmpeg_handles.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/video_ladder.hpp>

#include <string>
#include <vector>

namespace grandstand::media {

// One H.264 encoder of FFmpeg, by name: libx264, h264_nvenc, h264_vaapi, h264_qsv, ... No B-frames, closed GOPs, key
// frames only where they are asked for.
class VideoEncoder {
 public:
  struct Settings {
    std::string name;
    Track output;           // id, width, height, bit_rate, frame_rate
    int source_height = 0;  // of what is scaled: tells the colour matrix
    std::string preset;
    int threads = 1;
  };
  static Result<VideoEncoder> open(const Settings& settings);

  // SPS and PPS with start codes.
  const SharedBytes& decoder_config() const { return decoder_config_; }
  const char* format() const;
  AVBufferRef* device() const { return device_.get(); }

  // Appends what is ready. pts must go forward.
  Status encode(AVFrame& picture, bool key, std::vector<Sample>& into);
  Status drain(std::vector<Sample>& into);

 private:
  Status receive(std::vector<Sample>& into);

  std::string name_;
  std::uint32_t track_ = 0;
  BufferHandle device_;
  CodecHandle context_;
  PacketHandle packet_;
  SharedBytes decoder_config_;
};

}  // namespace grandstand::media
