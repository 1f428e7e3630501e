// SPDX-License-Identifier: MIT
#pragma once

#include "arrival_meter.hpp"
#include "rtp_reorder.hpp"
#include "tr101290.hpp"
#include "ts_demuxer.hpp"
#include "ts_sync.hpp"

#include <grandstand/base/clock.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace grandstand::ingest {

// Says of each datagram what it is (transport packets of 188, 192 or 204 bytes, or RTP around them) and feeds the
// demuxer, and measures all that on the way. RTP is taken by version 2 and payload type 33 or a sync byte behind the
// header, whatever the feed's scheme says.
//
// Pure: time is given. Owner: UdpSource.
class DatagramReader {
 public:
  struct Counts {
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0;
    std::uint64_t garbage = 0;  // datagrams in which not one transport packet was found
  };

  static constexpr std::chrono::seconds kWindow{1};

  explicit DatagramReader(TsDemuxer& demuxer, std::chrono::milliseconds pid_timeout = Tr101290::kPidTimeout)
      : demuxer_(demuxer), checks_(pid_timeout) {}

  // `arrived`: when the kernel took it, by a clock of its own; without, `now` counts.
  void push(std::span<const std::uint8_t> datagram, SteadyTime now,
            std::optional<ArrivalMeter::Time> arrived = std::nullopt);
  void tick(SteadyTime now);
  void forget();

  // Told of all packets before the demuxer is, with their arrival.
  using PacketWatch = std::function<void(std::span<const std::uint8_t> packets, ArrivalMeter::Time arrived)>;
  void watch_packets(PacketWatch watch) { packet_watch_ = std::move(watch); }

  // Fills the part of the report that is of packets, but for the kernel's drops.
  void fill(SignalReport& report, SteadyTime now) const;

  const Counts& counts() const { return counts_; }
  const RtpReorder::Counts& rtp_counts() const { return rtp_.counts(); }

 private:
  // What a window of time is made of.
  struct Totals {
    std::uint64_t packets = 0;
    std::uint64_t null_packets = 0;
    std::uint64_t stream_packets = 0;
    std::uint64_t scrambled = 0;
    std::uint64_t lost = 0;
  };

  void push_transport(std::span<const std::uint8_t> bytes, SteadyTime now);
  void take(std::span<const std::uint8_t> packets, SteadyTime now);
  Totals totals() const;
  void end_window(SteadyTime now);

  TsDemuxer& demuxer_;
  TsSync sync_;
  RtpReorder rtp_;
  Counts counts_;
  Tr101290 checks_;
  PacketWatch packet_watch_;
  ArrivalMeter::Time arrived_{0};  // of the present datagram
  ArrivalMeter arrivals_;
  std::uint64_t followed_ = 0;  // the demuxer's generation
  std::uint64_t section_errors_told_ = 0;
  bool garbage_before_ = false;
  std::optional<SteadyTime> window_began_;
  Totals window_start_;
  double null_share_ = 0;
  double scrambled_share_ = 0;
  double loss_rate_ = 0;
};

}  // namespace grandstand::ingest
