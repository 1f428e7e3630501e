// SPDX-License-Identifier: MIT
#include <grandstand/media/caption_services.hpp>

#include <utility>

namespace grandstand::media {
namespace {

constexpr std::size_t kMostWaiting = 32;  // pictures; coders reorder no more
constexpr std::uint8_t kBelieved = 3;     // packets
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

bool CaptionServices::add(const Sample& picture, std::vector<std::uint8_t> triplets) {
  const auto before = found_.size();
  if (!triplets.empty()) waiting_.emplace(picture.pts, std::move(triplets));
  // Nothing that comes is shown before what is decoded now.
  while (!waiting_.empty() && (waiting_.begin()->first <= picture.dts || waiting_.size() > kMostWaiting)) {
    read(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
  return found_.size() > before;
}

void CaptionServices::read(std::span<const std::uint8_t> triplets) {
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
  for (const int service : services_of(packet_)) {
    auto& packets = packets_with_[static_cast<std::size_t>(service)];
    if (packets < kBelieved && ++packets == kBelieved) found_.insert(service);
  }
  packet_.clear();
}

}  // namespace grandstand::media
