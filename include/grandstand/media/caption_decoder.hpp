// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace grandstand::media {

// Makes WebVTT cues of teletext subtitles (ETSI EN 300 706) or CEA-608 captions. A text that stays longer is given in
// pieces of up to kLongestCue, so that nobody waits for its end; while there is none, an empty sample each kSilence
// says that time passed. Blocking and CPU-bound: run it on a thread of its own.
class CaptionDecoder {
 public:
  static constexpr MediaTime kLongestCue = std::chrono::seconds{2};
  static constexpr MediaTime kSilence = std::chrono::seconds{1};
  static constexpr MediaTime kLongestDisplay = std::chrono::seconds{20};  // without a sign of it

  // `output_id`: the id of the track that comes out. kUnsupported for other codecs.
  static Result<std::unique_ptr<CaptionDecoder>> create(const Track& input, std::uint32_t output_id);
  virtual ~CaptionDecoder() = default;

  // The WebVTT track: derived_from and language of the input.
  virtual const Track& output() const = 0;

  // Feeds one sample (CEA-608: that of one picture, in decoding order); gives the cues that became known. A jump of the
  // times ends what is shown. Damaged input is an error and does no harm to what follows.
  virtual Result<std::vector<Sample>> decode(const Sample& sample) = 0;
};

}  // namespace grandstand::media
