// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <memory>

namespace grandstand::media {

// Looks at a video track's key frames. Blocking and CPU-bound: run it on a thread of its own (channels::ContentWatch).
class PictureProbe {
 public:
  static constexpr int kWidth = 160;

  static Result<std::unique_ptr<PictureProbe>> create(const Track& input);
  virtual ~PictureProbe() = default;
  // `sample` is a key frame; kWidth wide. A damaged one is an error and does no harm.
  virtual Result<SmallPicture> look(const Sample& sample) = 0;
};

// Measures the loudest sample of an audio track's frames; any of them, in order. Likewise blocking.
class SoundProbe {
 public:
  static constexpr double kNothing = -120;

  // kUnsupported for other codecs than AAC, MP2, AC-3, E-AC-3 and Opus.
  static Result<std::unique_ptr<SoundProbe>> create(const Track& input);
  virtual ~SoundProbe() = default;
  // In dB of full scale, kNothing at least; of all channels.
  virtual Result<double> peak(const Sample& sample) = 0;
};

}  // namespace grandstand::media
