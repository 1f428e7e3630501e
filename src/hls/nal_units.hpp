// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <span>

namespace grandstand::hls {

using Bytes = std::span<const std::uint8_t>;

// What the packager needs to know of a NAL unit (H.264 table 7-1, HEVC table 7-1).
enum class NalKind { kDelimiter, kParameterSet, kSlice, kOther };

inline bool has_nal_units(media::Codec codec) {
  return codec == media::Codec::kH264 || codec == media::Codec::kHevc;
}

inline NalKind nal_kind(media::Codec codec, std::uint8_t first_byte) {
  if (codec == media::Codec::kHevc) {
    const int type = (first_byte >> 1) & 0x3f;
    if (type < 32) return NalKind::kSlice;
    if (type <= 34) return NalKind::kParameterSet;
    return type == 35 ? NalKind::kDelimiter : NalKind::kOther;
  }
  const int type = first_byte & 0x1f;
  if (type >= 1 && type <= 5) return NalKind::kSlice;
  if (type == 7 || type == 8) return NalKind::kParameterSet;
  return type == 9 ? NalKind::kDelimiter : NalKind::kOther;
}

}  // namespace grandstand::hls
