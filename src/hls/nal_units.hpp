// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <cstring>
#include <span>

namespace grandstand::hls {

using Bytes = std::span<const std::uint8_t>;

// What the packager needs to know of a NAL unit (H.264 table 7-1, HEVC table 7-1).
enum class NalKind { kDelimiter, kParameterSet, kSlice, kOther };

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

// The position of the 00 00 01 at or behind `from`, or bytes.size(). memchr for the rare 01 is far quicker than looking
// for zeros byte by byte.
inline std::size_t find_start_code(Bytes bytes, std::size_t from) {
  for (std::size_t at = from + 2; at < bytes.size(); ++at) {
    const void* const found = std::memchr(bytes.data() + at, 1, bytes.size() - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    if (bytes[at - 1] == 0 && bytes[at - 2] == 0) return at - 2;
  }
  return bytes.size();
}

// Calls `visit(nal)` for each NAL unit of an Annex B stream, without start code and trailing zeros, until it returns
// false.
template <class Visit>
void for_each_nal(Bytes bytes, Visit visit) {
  std::size_t code = find_start_code(bytes, 0);
  while (code < bytes.size()) {
    const std::size_t begin = code + 3;
    code = find_start_code(bytes, begin);
    std::size_t end = code;
    while (end > begin && bytes[end - 1] == 0) --end;
    if (end > begin && !visit(bytes.subspan(begin, end - begin))) return;
  }
}

}  // namespace grandstand::hls
