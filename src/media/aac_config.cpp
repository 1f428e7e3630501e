// SPDX-License-Identifier: MIT
#include <grandstand/media/aac_config.hpp>
#include <grandstand/media/bit_reader.hpp>

namespace grandstand::media {
namespace {

int read_object_type(BitReader& in) {
  const auto type = in.bits(5);
  return static_cast<int>(type == 31 ? 32 + in.bits(6) : type);
}

}  // namespace

Result<AacConfig> parse_aac_config(std::span<const std::uint8_t> config) {
  BitReader in(config);
  AacConfig parsed;
  parsed.object_type = parsed.core_object_type = read_object_type(in);
  const auto index = in.bits(4);
  parsed.frequency_index = static_cast<int>(index);
  if (index == AacConfig::kExplicitFrequency) {
    parsed.sample_rate = static_cast<int>(in.bits(24));
  } else {
    parsed.sample_rate = index < kAacSampleRates.size() ? kAacSampleRates[index] : 0;
  }
  parsed.channel_configuration = static_cast<int>(in.bits(4));
  if (parsed.object_type == 5 || parsed.object_type == 29) {
    if (in.bits(4) == AacConfig::kExplicitFrequency) in.skip(24);
    parsed.core_object_type = read_object_type(in);
  }
  const bool short_frames = in.bits(1) != 0;  // frameLengthFlag of GASpecificConfig (4.4.1)
  if (short_frames && in.ok()) parsed.frame_samples = 960;
  if (!in.ok() || parsed.object_type == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "the AAC AudioSpecificConfig is damaged: object type, sample rate and channels were expected in its " +
                     std::to_string(config.size()) + " bytes"};
  }
  return parsed;
}

}  // namespace grandstand::media
