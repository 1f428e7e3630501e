// SPDX-License-Identifier: MIT
#include "ts_packet.hpp"

namespace grandstand::ingest {

bool TsPacket::parse(const std::uint8_t* bytes, TsPacket& packet) {
  if (bytes[0] != kTsSync) return false;
  packet.transport_error = (bytes[1] & 0x80) != 0;
  packet.unit_start = (bytes[1] & 0x40) != 0;
  packet.pid = static_cast<std::uint16_t>((bytes[1] & 0x1F) << 8 | bytes[2]);
  packet.scrambling = bytes[3] >> 6;
  packet.continuity = bytes[3] & 0x0F;
  packet.has_payload = (bytes[3] & 0x10) != 0;
  packet.discontinuity = false;
  packet.pcr.reset();
  packet.payload = {};

  std::size_t begin = 4;
  if ((bytes[3] & 0x20) != 0) {
    const std::size_t length = bytes[4];
    begin = 5 + length;
    if (begin > kTsPacketSize || (packet.has_payload && begin == kTsPacketSize)) return packet.transport_error;
    if (length > 0) {
      packet.discontinuity = (bytes[5] & 0x80) != 0;
      if ((bytes[5] & 0x10) != 0 && length >= 7) {
        packet.pcr = std::uint64_t{bytes[6]} << 25 | std::uint64_t{bytes[7]} << 17 | std::uint64_t{bytes[8]} << 9 |
                     std::uint64_t{bytes[9]} << 1 | bytes[10] >> 7;
      }
    }
  }
  if (packet.has_payload) packet.payload = {bytes + begin, kTsPacketSize - begin};
  return true;
}

}  // namespace grandstand::ingest
