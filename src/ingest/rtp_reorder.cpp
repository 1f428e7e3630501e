// SPDX-License-Identifier: MIT
#include "rtp_reorder.hpp"

#include <algorithm>

namespace grandstand::ingest {

std::optional<RtpPacket> RtpPacket::parse(std::span<const std::uint8_t> datagram) {
  if (datagram.size() < 12 || datagram[0] >> 6 != 2) return std::nullopt;
  RtpPacket packet;
  packet.payload_type = datagram[1] & 0x7F;
  packet.sequence = static_cast<std::uint16_t>(datagram[2] << 8 | datagram[3]);
  packet.timestamp = static_cast<std::uint32_t>(datagram[4] << 24 | datagram[5] << 16 | datagram[6] << 8 | datagram[7]);
  std::size_t begin = 12 + 4 * (datagram[0] & 0x0Fu);
  if ((datagram[0] & 0x10) != 0) {
    if (datagram.size() < begin + 4) return std::nullopt;
    begin += 4 + 4 * (std::size_t{datagram[begin + 2]} << 8 | datagram[begin + 3]);
  }
  std::size_t end = datagram.size();
  if ((datagram[0] & 0x20) != 0) {
    const std::size_t padding = datagram.back();
    if (padding == 0 || padding > end) return std::nullopt;
    end -= padding;
  }
  if (begin > end) return std::nullopt;
  packet.payload = datagram.subspan(begin, end - begin);
  return packet;
}

SteadyTime RtpReorder::oldest_held() const {
  SteadyTime oldest = SteadyTime::max();
  for (const Slot& slot : slots_) {
    if (slot.used) oldest = std::min(oldest, slot.arrived);
  }
  return oldest;
}

void RtpReorder::keep(const RtpPacket& packet, SteadyTime now) {
  Slot& kept = slot(packet.sequence);
  kept.used = true;
  kept.arrived = now;
  kept.payload.assign(packet.payload.begin(), packet.payload.end());
  ++held_;
  ++counts_.reordered;
}

}  // namespace grandstand::ingest
