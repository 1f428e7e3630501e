// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace grandstand::media {

// The position of the 00 00 01 at or behind `from`, or bytes.size(). memchr for the rare 01 is many times quicker than
// looking for zeros byte by byte.
inline std::size_t find_start_code(std::span<const std::uint8_t> bytes, std::size_t from) {
  for (std::size_t at = from + 2; at < bytes.size(); ++at) {
    const void* const found = std::memchr(bytes.data() + at, 1, bytes.size() - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    if (bytes[at - 1] == 0 && bytes[at - 2] == 0) return at - 2;
  }
  return bytes.size();
}

// Calls `visit(nal)` for each NAL unit of an Annex B stream (ITU-T H.264 and H.265), without start code and trailing
// zeros and never empty, until it returns false.
template <class Visit>
void for_each_nal(std::span<const std::uint8_t> bytes, Visit visit) {
  std::size_t code = find_start_code(bytes, 0);
  while (code < bytes.size()) {
    const std::size_t begin = code + 3;
    code = find_start_code(bytes, begin);
    std::size_t end = code;
    while (end > begin && bytes[end - 1] == 0) --end;
    if (end > begin && !visit(bytes.subspan(begin, end - begin))) return;
  }
}

// The NAL unit without its emulation prevention bytes (ITU-T H.264 7.4.1), of that at most `limit` bytes.
inline std::vector<std::uint8_t> unescape_nal(std::span<const std::uint8_t> nal, std::size_t limit = SIZE_MAX) {
  std::vector<std::uint8_t> plain;
  plain.reserve(std::min(nal.size(), limit));
  unsigned zeros = 0;
  for (std::size_t i = 0; i < nal.size() && plain.size() < limit; ++i) {
    if (zeros >= 2 && nal[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = nal[i] == 0 ? zeros + 1 : 0;
    plain.push_back(nal[i]);
  }
  return plain;
}

}  // namespace grandstand::media
