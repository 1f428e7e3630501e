// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/channels/monitor.hpp>
#include <grandstand/ops/metrics.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace grandstand::channels {

// What the reports of one source come to over time, whatever opens and closes it; and its series.
//
// Owner: ChannelWatch.   Runs on: the channel's loop.   Pure: time is given.
class SignalRecord {
 public:
  // `source`: its place in the list, from 1.
  SignalRecord(ops::Metrics& metrics, const ChannelId& channel, std::size_t source);

  // Once a second; empty: the source is not received.
  void update(const std::optional<ingest::SignalReport>& report, UtcTime now);
  // Another source may have taken the place: what it counted so far is not counted again.
  void begin_anew() { known_ = false; }

  const SourceMonitor& monitor() const { return monitor_; }

 private:
  // A count of the source and what it comes to.
  struct Total {
    std::uint64_t seen = 0;  // of the source as it is open now
    std::uint64_t total = 0;
    ops::Counter series;
    bool add(std::uint64_t count, bool known);  // whether it grew
  };
  struct CheckSeries {
    Total errors;
    ops::Gauge alarm;
  };
  void make_packet_series();
  void update_packets(ingest::SignalReport& report, UtcTime now);

  ops::Metrics& metrics_;
  ops::Labels labels_;
  SourceMonitor monitor_;
  bool known_ = true;        // `seen` is of the present source
  bool has_series_ = false;  // of packets: made when some come
  std::array<CheckSeries, ingest::kSignalChecks> checks_;
  Total rtp_lost_, rtp_reordered_, rtp_duplicates_, kernel_drops_;
  ops::Gauge received_, bit_rate_, null_share_, scrambled_share_, jitter_, delay_factor_, loss_rate_;
};

}  // namespace grandstand::channels
