// SPDX-License-Identifier: MIT
#pragma once

#include "rtp_reorder.hpp"
#include "ts_demuxer.hpp"
#include "ts_sync.hpp"

#include <grandstand/base/clock.hpp>

#include <cstdint>
#include <span>

namespace grandstand::ingest {

// Says of each datagram what it is (transport packets of 188, 192 or 204 bytes, or RTP around them) and feeds the
// demuxer. RTP is taken by version 2 and payload type 33 or a sync byte behind the header, whatever the feed's scheme
// says.
//
// Pure: time is given. Owner: UdpSource.
class DatagramReader {
 public:
  struct Counts {
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0;
    std::uint64_t garbage = 0;  // datagrams in which not one transport packet was found
  };

  explicit DatagramReader(TsDemuxer& demuxer) : demuxer_(demuxer) {}

  void push(std::span<const std::uint8_t> datagram, SteadyTime now);
  void tick(SteadyTime now);
  void forget() { sync_.forget(); }

  const Counts& counts() const { return counts_; }
  const RtpReorder::Counts& rtp_counts() const { return rtp_.counts(); }

 private:
  void push_transport(std::span<const std::uint8_t> bytes);

  TsDemuxer& demuxer_;
  TsSync sync_;
  RtpReorder rtp_;
  Counts counts_;
};

}  // namespace grandstand::ingest
