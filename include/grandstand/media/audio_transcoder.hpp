// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <functional>
#include <memory>
#include <string>

namespace grandstand::media {

// Decodes MP2, AC-3 or E-AC-3 and encodes AAC-LC stereo (48 kHz unless the source is 44.1 kHz), for players that know
// only AAC. Blocking and CPU-bound: run it on a thread of its own (AudioTranscodeWorker).
class AudioTranscoder {
 public:
  static Result<std::unique_ptr<AudioTranscoder>> create(const Track& input);
  virtual ~AudioTranscoder() = default;

  // The AAC track that comes out: same id and language as the input, decoder_config set.
  virtual const Track& output() const = 0;

  // Feeds one frame; gives the AAC frames that became ready, with timestamps in the input's time base. A jump of the
  // input's timestamps restarts the encoder's clock. A damaged frame is an error and does no harm to what follows.
  virtual Result<std::vector<Sample>> transcode(const Sample& sample) = 0;
};

}  // namespace grandstand::media
