// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace grandstand::ingest {

// The position of the 00 00 01 at or behind `from`, or bytes.size().
inline std::size_t find_start_code(std::span<const std::uint8_t> bytes, std::size_t from) {
  // Looking for the rare 01 with memchr and then back is many times quicker than looking for zeros.
  std::size_t at = from + 2;
  while (at < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 1, bytes.size() - at);
    if (found == nullptr) break;
    const auto position = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    if (bytes[position - 1] == 0 && bytes[position - 2] == 0) return position - 2;
    at = position + 1;
  }
  return bytes.size();
}

// Calls `visit(nal, start)` for each NAL unit of an Annex B stream: without start code and trailing zeros, never empty;
// `start` is where its start code (with a leading zero, if it has one) begins.
template <class Visit>
void for_each_nal(std::span<const std::uint8_t> bytes, Visit visit) {
  std::size_t code = find_start_code(bytes, 0);
  while (code < bytes.size()) {
    const std::size_t begin = code + 3;
    const std::size_t next = find_start_code(bytes, begin);
    std::size_t end = next;
    while (end > begin && bytes[end - 1] == 0) --end;
    if (end > begin) visit(bytes.subspan(begin, end - begin), code > 0 && bytes[code - 1] == 0 ? code - 1 : code);
    code = next;
  }
}

}  // namespace grandstand::ingest
