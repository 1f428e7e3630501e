// SPDX-License-Identifier: MIT
#pragma once

#include "alarm_book.hpp"
#include "segment_watch.hpp"
#include "signal_record.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/channels/monitor.hpp>
#include <grandstand/ops/metrics.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::channels {

// What operators watch of a channel: measures it once a second, finds the alarms and publishes both.
//
// Owner: Channel.   Runs on: its loop; monitor() on any thread.
class ChannelWatch {
 public:
  // `observer`: told of every segment, too; null: nobody.
  ChannelWatch(const ChannelId& channel, ops::Metrics& metrics, const Clock& clock, hls::SegmentObserver* observer);

  // How many there are now, and that they may be others.
  void set_sources(std::size_t count);
  hls::SegmentObserver& segments() { return segments_; }

  bool is_due() const { return clock_.steady() >= due_; }
  // One report per source; empty: it is not received.
  void update(const ChannelStatus& status, std::span<const std::optional<ingest::SignalReport>> reports);

  std::shared_ptr<const ChannelMonitor> monitor() const { return monitor_.load(); }

 private:
  static constexpr std::chrono::seconds kInterval{1};
  static constexpr std::chrono::seconds kRateInterval{2};
  static constexpr std::size_t kRates = 60;

  ChannelId channel_;
  ops::Metrics& metrics_;
  const Clock& clock_;
  SegmentWatch segments_;
  AlarmBook alarms_;
  std::vector<std::unique_ptr<SignalRecord>> records_;
  std::deque<double> rates_;
  SteadyTime due_{}, rate_due_{};
  std::optional<ChannelState> state_;
  UtcTime since_{};
  std::array<ops::Gauge, 3> active_;  // alarms by severity
  ops::Gauge segment_age_;
  Published<ChannelMonitor> monitor_;
};

}  // namespace grandstand::channels
