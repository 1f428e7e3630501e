// SPDX-License-Identifier: MIT
#include "datagram_reader.hpp"

namespace grandstand::ingest {

namespace {

constexpr std::uint8_t kMp2tPayloadType = 33;  // RFC 3551

bool is_transport_over_rtp(const RtpPacket& packet) {
  if (packet.payload.empty()) return false;
  return packet.payload_type == kMp2tPayloadType || packet.payload[0] == kTsSync;
}

}  // namespace

void DatagramReader::push(std::span<const std::uint8_t> datagram, SteadyTime now) {
  ++counts_.datagrams;
  counts_.bytes += datagram.size();
  // A time code before 192-byte packets may look like RTP; that all sync bytes are in their place does not happen by
  // chance.
  if (!TsSync::is_aligned(datagram)) {
    const auto rtp = RtpPacket::parse(datagram);
    if (rtp && is_transport_over_rtp(*rtp)) {
      rtp_.push(*rtp, now, [this](std::span<const std::uint8_t> payload) { push_transport(payload); });
      return;
    }
  }
  push_transport(datagram);
}

void DatagramReader::push_transport(std::span<const std::uint8_t> bytes) {
  if (!sync_.push(bytes, [this](std::span<const std::uint8_t> packets) { demuxer_.push(packets); })) ++counts_.garbage;
}

void DatagramReader::tick(SteadyTime now) {
  rtp_.tick(now, [this](std::span<const std::uint8_t> payload) { push_transport(payload); });
  demuxer_.tick(now);
}

}  // namespace grandstand::ingest
