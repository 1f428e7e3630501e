// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/video_ladder.hpp>

#include <memory>
#include <string>
#include <vector>

namespace grandstand::media {

// Decodes a video track once and encodes it as H.264 in several sizes. Each rung has its key frames (IDR, closed GOP)
// exactly at the pts of the source's, or at the first picture behind when that one was lost; no B-frames, so dts = pts;
// parameter sets and an access unit delimiter before each key frame. Pictures come out as late as the source reorders
// them, and about a dozen pictures later. Blocking and CPU-bound: run it on a thread of its own
// (channels::LadderWorker).
class VideoTranscoder {
 public:
  // kUnsupported: the codec cannot be decoded, every rung is higher than the source, or none of the encoders opens.
  static Result<std::unique_ptr<VideoTranscoder>> create(const Track& input, VideoLadder ladder);
  virtual ~VideoTranscoder() = default;

  // The tracks that come out, highest first: id = input.id + 0x10000 x (1 + number of the rung in the ladder),
  // derived_from = input.id.
  virtual const std::vector<Track>& outputs() const = 0;
  // "libx264", and what the encoders before it in the list said.
  virtual const std::string& encoder() const = 0;
  virtual const std::string& encoder_faults() const = 0;

  struct Ready {
    std::vector<Sample> samples;   // of all rungs, each in order; times in the input's time base
    bool outputs_changed = false;  // before these samples: the source's pictures have another shape
    int damaged = 0;               // pictures or packets that could not be decoded
  };
  // Feeds one access unit. A jump of the timestamps (backwards, or over a second ahead) drains and restarts the
  // encoders. Damaged pictures are counted and cost nothing but themselves. An error is of the encoders: the next key
  // frame tries again.
  virtual Result<Ready> transcode(const Sample& sample) = 0;

  // What is still inside comes out.
  virtual Result<Ready> drain() = 0;

  // Encodes only the outputs with these ids from now on; the others begin again at a key frame when they are named.
  virtual void keep(std::vector<std::uint32_t> ids) = 0;
};

// Whether it has an H.264 encoder of this name. Whether that opens, only opening it tells.
bool has_h264_encoder(const std::string& name);

}  // namespace grandstand::media
