// SPDX-License-Identifier: MIT
#pragma once

#include "segment_media.hpp"

#include <optional>
#include <string>

namespace grandstand::hlscheck {

// What a sequence parameter set says (ITU-T H.264 7.3.2.1, H.265 7.3.2.2).
struct VideoShape {
  std::string codec;
  bool interlaced = false;
};
std::optional<VideoShape> read_avc_shape(Bytes sequence_parameter_set);
std::optional<VideoShape> read_hevc_shape(Bytes sequence_parameter_set);

// "hvc1.1.6.L93.90" of 12 bytes of profile, tier and level (ISO/IEC 14496-15 E.3), without the name in front.
std::string hevc_profile_text(Bytes profile_tier_level);

enum class NalKind { kDelimiter, kSequenceParameterSet, kKeySlice, kSlice, kOther };
NalKind nal_kind(bool hevc, std::uint8_t first_byte);

// The ADTS frames of a packet: how many, and how many samples of 90 kHz they last.
struct AdtsFrames {
  int object_type = 0;  // 0: none found
  int count = 0;
  std::int64_t duration = 0;
};
AdtsFrames read_adts(Bytes bytes);

}  // namespace grandstand::hlscheck
