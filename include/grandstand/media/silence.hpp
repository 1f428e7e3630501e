// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

namespace grandstand::media {

// One frame of AAC-LC without a sound, that may be repeated and put between others of the same configuration. Decoders
// of HE-AAC take it too: what SBR would add is left out.
struct Silence {
  SharedBytes frame;           // a raw_data_block (ISO/IEC 14496-3 4.4.2)
  MediaTime duration{0};       // of its 1024 samples
  SharedBytes decoder_config;  // AudioSpecificConfig
};

// `sample_rate` in Hz, of ISO/IEC 14496-3 table 1.18; `channel_configuration` 1 to 7 of table 1.19. Takes about a
// millisecond. kUnsupported: libavcodec has no such encoder.
Result<Silence> encode_silence(int sample_rate, int channel_configuration);

// To be put between the frames of `track`; encoded once per thread for all tracks like it. kUnsupported: it is not AAC,
// or of channels or frames that have no name in those tables; kInvalidArgument: its decoder_config is damaged.
Result<Silence> silence_of(const Track& track);

}  // namespace grandstand::media
