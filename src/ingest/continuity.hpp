// SPDX-License-Identifier: MIT
#pragma once

#include "ts_packet.hpp"

#include <array>
#include <cstdint>

namespace grandstand::ingest {

// Watches the continuity_counter of one PID (ISO/IEC 13818-1 2.4.3.3).
class Continuity {
 public:
  enum class Verdict {
    kFollows,
    kDuplicate,  // the packet before, sent a second time: legal once, to be dropped
    kGap,        // something is missing before this packet
  };

  Verdict check(const TsPacket& packet);

  // The next packet follows, whatever its counter.
  void forget() { known_ = false; }

 private:
  void keep(const TsPacket& packet);

  bool known_ = false;
  bool repeated_ = false;
  std::uint8_t last_ = 0;
  std::uint8_t size_ = 0;
  std::array<std::uint8_t, kTsPacketSize> payload_;  // of the last packet, to know a duplicate from 15 lost packets
};

}  // namespace grandstand::ingest
