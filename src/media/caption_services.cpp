// SPDX-License-Identifier: MIT
#include <grandstand/media/caption_services.hpp>

#include <algorithm>

namespace grandstand::media {
namespace {

constexpr std::size_t kMostWaiting = 32;  // pictures; coders reorder no more
constexpr std::uint8_t kBelieved = 3;     // packets, control codes
// cc_type of a triplet that begins a DTVCC packet.
constexpr unsigned kPacketStart = 3;
constexpr unsigned kExtendedService = 7;

// packet_size_code of the header counts pairs of bytes, header included; 0 stands for 128 bytes.
std::size_t packet_size(std::uint8_t header) {
  const std::size_t code = header & 0x3F;
  return code == 0 ? 128 : code * 2;
}

// The services that have blocks in a packet; none when it is malformed.
std::set<int> services_of(std::span<const std::uint8_t> packet) {
  std::set<int> services;
  for (std::size_t at = 1; at < packet.size();) {
    unsigned service = packet[at] >> 5;
    const std::size_t size = packet[at] & 0x1F;
    ++at;
    if (service == 0) break;  // a null block: the rest is filling
    if (service == kExtendedService && size > 0) {
      if (at == packet.size()) return {};
      service = packet[at++] & 0x3F;
      if (service < kExtendedService) return {};
    }
    if (size > packet.size() - at) return {};
    if (size > 0) services.insert(static_cast<int>(service));
    at += size;
  }
  return services;
}

}  // namespace

bool CaptionServices::add(const Sample& picture, const CaptionTriplets& data) {
  const auto before = found_.size();
  read_channels(data.cea608);
  if (!data.dtvcc.empty()) waiting_.emplace(picture.pts, data.dtvcc);
  // Nothing that comes is shown before what is decoded now.
  while (!waiting_.empty() && (waiting_.begin()->first <= picture.dts || waiting_.size() > kMostWaiting)) {
    read_packets(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
  return found_.size() > before;
}

void CaptionServices::count(int page) {
  auto& seen = counts_[static_cast<std::size_t>(page)];
  if (seen < kBelieved && ++seen == kBelieved) found_.insert(page);
}

// Control codes name their channel (ANSI/CTA-608-E 8.4): CC1 and CC2 are in the first field, CC3 and CC4 in the second.
void CaptionServices::read_channels(std::span<const std::uint8_t> triplets) {
  for (; triplets.size() >= 3; triplets = triplets.subspan(3)) {
    const unsigned code = triplets[1] & 0x7FU;
    if (code < 0x10 || code > 0x1F) continue;
    const int page = 1 + 2 * (triplets[0] & 1) + static_cast<int>(code >> 3 & 1);
    if (page != 1) count(page);
  }
}

void CaptionServices::read_packets(std::span<const std::uint8_t> triplets) {
  for (; triplets.size() >= 3; triplets = triplets.subspan(3)) {
    if ((triplets[0] & 3U) == kPacketStart) {
      packet_.clear();  // one that is not whole by now never will be
    } else if (packet_.empty()) {
      continue;
    }
    packet_.insert(packet_.end(), triplets.begin() + 1, triplets.begin() + 3);
    if (packet_.size() >= packet_size(packet_.front())) finish_packet();
  }
}

void CaptionServices::finish_packet() {
  for (const int service : services_of(packet_)) count(kCea708Pages + service);
  packet_.clear();
}

}  // namespace grandstand::media
