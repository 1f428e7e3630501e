// SPDX-License-Identifier: MIT
#include "continuity.hpp"

#include <algorithm>
#include <cstring>

namespace grandstand::ingest {

Continuity::Verdict Continuity::check(const TsPacket& packet) {
  // The counter does not move in packets without payload.
  if (!packet.has_payload) return Verdict::kFollows;
  if (!known_ || packet.discontinuity) {
    keep(packet);
    return Verdict::kFollows;
  }
  if (packet.continuity == last_) {
    const bool same = packet.payload.size() == size_ && std::memcmp(packet.payload.data(), payload_.data(), size_) == 0;
    if (same && !repeated_) {
      repeated_ = true;
      return Verdict::kDuplicate;
    }
    keep(packet);
    return Verdict::kGap;
  }
  const bool follows = packet.continuity == ((last_ + 1) & 0x0F);
  keep(packet);
  return follows ? Verdict::kFollows : Verdict::kGap;
}

void Continuity::keep(const TsPacket& packet) {
  known_ = true;
  repeated_ = false;
  last_ = packet.continuity;
  size_ = static_cast<std::uint8_t>(packet.payload.size());
  std::memcpy(payload_.data(), packet.payload.data(), size_);
}

}  // namespace grandstand::ingest
