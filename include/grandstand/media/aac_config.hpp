// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace grandstand::media {

// By sampling frequency index (ISO/IEC 14496-3 table 1.18); ADTS has the same.
inline constexpr std::array<int, 13> kAacSampleRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                                        22050, 16000, 12000, 11025, 8000,  7350};

// What an AudioSpecificConfig says (ISO/IEC 14496-3 1.6.2.1).
struct AacConfig {
  static constexpr int kExplicitFrequency = 15;

  int object_type = 2;       // as signalled: 2 AAC-LC, 5 HE-AAC, 29 HE-AACv2
  int core_object_type = 2;  // of the core coder below SBR
  int frequency_index = 3;   // of the core coder; kExplicitFrequency: none of the table
  int sample_rate = 48'000;  // Hz, of the core coder; 0 when the index is a reserved one
  int channel_configuration = 2;
  int frame_samples = 1'024;  // of a channel, at the core coder's rate: 1024 or 960
};

Result<AacConfig> parse_aac_config(std::span<const std::uint8_t> config);

}  // namespace grandstand::media
