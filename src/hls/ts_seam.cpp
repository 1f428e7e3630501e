// SPDX-License-Identifier: MIT
#include "ts_seam.hpp"

#include "ts_tables.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace grandstand::hls {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kPacket = 188;
constexpr std::size_t kReference = 6;  // bytes of a PCR

unsigned pid_of(Bytes packet) {
  return (packet[1] & 0x1fU) << 8 | packet[2];
}

bool has_reference(Bytes packet) {
  return (packet[3] & 0x20) != 0 && packet[4] > kReference && (packet[5] & 0x10) != 0;
}

void announce(Bytes first, std::vector<std::uint8_t>& into) {
  const auto start = into.size();
  into.resize(start + kPacket, 0xff);
  auto* const packet = into.data() + start;
  const bool has_payload = (first[3] & 0x10) != 0;
  packet[0] = 0x47;
  packet[1] = first[1] & 0x1f;
  packet[2] = first[2];
  // A packet without payload does not count.
  packet[3] = static_cast<std::uint8_t>(0x20 | ((first[3] - (has_payload ? 1 : 0)) & 15));
  packet[4] = kPacket - 5;
  packet[5] = 0x80;  // discontinuity_indicator
  if (!has_reference(first)) return;
  // The new clock is told along with it, so that the state ends here.
  packet[5] |= 0x10;
  std::copy_n(first.data() + 6, kReference, packet + 6);
}

}  // namespace

SharedBytes make_seam(Bytes following, bool lost) {
  std::vector<unsigned> seen;
  std::vector<std::uint8_t> seam;
  for (std::size_t at = 0; at + kPacket <= following.size(); at += kPacket) {
    const auto packet = following.subspan(at, kPacket);
    const auto pid = pid_of(packet);
    if (std::find(seen.begin(), seen.end(), pid) != seen.end()) continue;
    seen.push_back(pid);
    const bool table = pid < kFirstStreamPid || pid == kPmtPid;
    if (table && !lost) continue;
    announce(packet, seam);
  }
  return SharedBytes(std::move(seam));
}

}  // namespace grandstand::hls
