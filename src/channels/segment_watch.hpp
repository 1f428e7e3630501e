// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/channels/monitor.hpp>
#include <grandstand/hls/segment_observer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::channels {

// Measures what the packager makes, on the way to whoever else wants to know of it.
//
// Owner: ChannelWatch.   Runs on: the channel's loop.
class SegmentWatch final : public hls::SegmentObserver {
 public:
  // `next`: null or outlives it.
  SegmentWatch(hls::SegmentObserver* next, const Clock& clock) : next_(next), clock_(clock) {}

  void on_segment(const hls::FinishedSegment& segment) override;
  std::string trouble(const ChannelId& channel) const override {
    return next_ == nullptr ? std::string() : next_->trouble(channel);
  }

  std::optional<SteadyTime> latest() const { return latest_; }
  std::chrono::seconds target_duration() const { return target_duration_; }
  // Those that had a segment lately.
  std::vector<RenditionMonitor> renditions() const;

 private:
  static constexpr std::size_t kSegments = 5;  // over which a bit rate is measured
  static constexpr std::size_t kMaxRenditions = 64;

  struct Rendition {
    RenditionMonitor monitor;
    std::deque<std::pair<std::size_t, double>> segments;  // bytes, seconds
    SteadyTime latest{};
  };

  hls::SegmentObserver* next_;
  const Clock& clock_;
  std::map<std::string, Rendition> renditions_;
  std::optional<SteadyTime> latest_;
  std::chrono::seconds target_duration_{0};
};

}  // namespace grandstand::channels
