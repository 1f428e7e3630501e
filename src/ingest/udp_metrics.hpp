// SPDX-License-Identifier: MIT
#pragma once

#include "datagram_reader.hpp"

#include <grandstand/base/ids.hpp>
#include <grandstand/ingest/signal_report.hpp>
#include <grandstand/ops/metrics.hpp>

#include <array>

namespace grandstand::ingest {

// The series of a UDP source, by channel. Counts are kept plainly where things happen and carried over here now and
// then.
//
// Owner: UdpSource.   Runs on: its loop.
class UdpMetrics {
 public:
  UdpMetrics(ops::Metrics& metrics, const ChannelId& channel);

  void update(const DatagramReader& reader, const TsDemuxer& demuxer, const SignalReport& report);

 private:
  struct Series {
    ops::Counter counter;
    std::uint64_t told = 0;
    void set(std::uint64_t value);
  };

  Series datagrams_;
  Series bytes_;
  Series garbage_;
  Series kernel_drops_;
  Series rtp_lost_;
  Series rtp_reordered_;
  Series rtp_duplicates_;
  Series continuity_errors_;
  Series transport_errors_;
  Series section_errors_;
  Series scrambled_;
  Series null_packets_;
  Series packets_;
  Series damaged_units_;
  Series dropped_samples_;
  std::array<Series, kSignalChecks> checks_;
  std::array<ops::Gauge, kSignalChecks> alarms_;
  ops::Gauge bit_rate_;
  ops::Gauge null_share_;
  ops::Gauge scrambled_share_;
  ops::Gauge jitter_;
  ops::Gauge delay_factor_;
  ops::Gauge loss_rate_;
};

}  // namespace grandstand::ingest
