// SPDX-License-Identifier: MIT
#pragma once

#include "datagram_reader.hpp"

#include <grandstand/base/ids.hpp>
#include <grandstand/ops/metrics.hpp>

namespace grandstand::ingest {

// The series of a UDP source, by channel; those by source are made of its SignalReport, in channels. Counts are kept
// plainly where things happen and carried over here now and then.
//
// Owner: UdpSource.   Runs on: its loop.
class UdpMetrics {
 public:
  UdpMetrics(ops::Metrics& metrics, const ChannelId& channel);

  void update(const DatagramReader& reader, const TsDemuxer& demuxer);

 private:
  struct Series {
    ops::Counter counter;
    std::uint64_t told = 0;
    void set(std::uint64_t value);
  };

  Series datagrams_;
  Series bytes_;
  Series garbage_;
  Series continuity_errors_;
  Series transport_errors_;
  Series section_errors_;
  Series scrambled_;
  Series null_packets_;
  Series packets_;
  Series damaged_units_;
  Series dropped_samples_;
};

}  // namespace grandstand::ingest
