// SPDX-License-Identifier: MIT
#include "datagram_reader.hpp"

#include <utility>

namespace grandstand::ingest {

namespace {

constexpr std::uint8_t kMp2tPayloadType = 33;  // RFC 3551

bool is_transport_over_rtp(const RtpPacket& packet) {
  if (packet.payload.empty()) return false;
  return packet.payload_type == kMp2tPayloadType || packet.payload[0] == kTsSync;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void DatagramReader::push(std::span<const std::uint8_t> datagram, SteadyTime now,
                          std::optional<ArrivalMeter::Time> arrived) {
  ++counts_.datagrams;
  counts_.bytes += datagram.size();
  const ArrivalMeter::Time at = arrived ? *arrived : ArrivalMeter::Time(now.time_since_epoch());
  arrived_ = at;
  // A time code before 192-byte packets may look like RTP; that all sync bytes are in their place does not happen by
  // chance.
  if (!TsSync::is_aligned(datagram)) {
    const auto rtp = RtpPacket::parse(datagram);
    if (rtp && is_transport_over_rtp(*rtp)) {
      arrivals_.on_datagram(rtp->payload.size(), at, rtp->timestamp);
      rtp_.push(*rtp, now, [this, now](std::span<const std::uint8_t> payload) { push_transport(payload, now); });
      return;
    }
  }
  arrivals_.on_datagram(datagram.size(), at, std::nullopt);
  push_transport(datagram, now);
}

void DatagramReader::push_transport(std::span<const std::uint8_t> bytes, SteadyTime now) {
  const bool found = sync_.push(bytes, [this, now](std::span<const std::uint8_t> packets) { take(packets, now); });
  if (!found) ++counts_.garbage;
  if (!found && !std::exchange(garbage_before_, true)) checks_.on_sync_lost(now);
  if (found) garbage_before_ = false;
}

void DatagramReader::take(std::span<const std::uint8_t> packets, SteadyTime now) {
  if (packet_watch_) packet_watch_(packets, arrived_);
  checks_.push(packets, now);
  demuxer_.push(packets);
  if (demuxer_.generation() != followed_) {
    followed_ = demuxer_.generation();
    checks_.follow(demuxer_.followed(), now);
  }
  const std::uint64_t errors = demuxer_.counts().section_errors;
  if (errors != section_errors_told_) checks_.on_section_errors(errors - section_errors_told_, now);
  section_errors_told_ = errors;
}

void DatagramReader::tick(SteadyTime now) {
  rtp_.tick(now, [this, now](std::span<const std::uint8_t> payload) { push_transport(payload, now); });
  demuxer_.tick(now);
  checks_.tick(now);
  if (!window_began_) window_began_ = now;
  if (now - *window_began_ >= kWindow) end_window(now);
}

void DatagramReader::forget() {
  sync_.forget();
  checks_.forget();
}

DatagramReader::Totals DatagramReader::totals() const {
  return {demuxer_.counts().packets, demuxer_.counts().null_packets, checks_.stream_packets(),
          checks_.scrambled_packets(), checks_.lost_packets()};
}

void DatagramReader::end_window(SteadyTime now) {
  const Totals end = totals();
  const Totals& start = window_start_;
  null_share_ = share(end.null_packets - start.null_packets, end.packets - start.packets);
  scrambled_share_ = share(end.scrambled - start.scrambled, end.stream_packets - start.stream_packets);
  loss_rate_ = static_cast<double>(end.lost - start.lost) / std::chrono::duration<double>(now - *window_began_).count();
  // Of a window without a datagram nobody else tells the meter.
  if (end.packets == start.packets) arrivals_.silence();
  window_start_ = end;
  window_began_ = now;
}

void DatagramReader::fill(SignalReport& report, SteadyTime now) const {
  const auto elapsed = [now](std::optional<SteadyTime> since) {
    return since ? std::chrono::duration_cast<std::chrono::milliseconds>(now - *since)
                 : std::chrono::milliseconds::max();
  };
  report.packets = true;
  for (std::size_t i = 0; i < kSignalChecks; ++i) {
    report.checks[i] = checks_.report(static_cast<SignalCheck>(i), now);
  }
  report.bit_rate = arrivals_.bit_rate();
  report.jitter_ms = arrivals_.jitter_ms();
  report.delay_factor_ms = arrivals_.delay_factor_ms();
  report.media_loss_rate = loss_rate_;
  report.null_share = null_share_;
  report.scrambled_share = scrambled_share_;
  report.since_packet = elapsed(checks_.last_packet());
  if (const auto last = checks_.last_pcr()) report.since_pcr = elapsed(last);
  report.rtp_lost = rtp_.counts().lost;
  report.rtp_reordered = rtp_.counts().reordered;
  report.rtp_duplicates = rtp_.counts().duplicates;
}

}  // namespace grandstand::ingest
