// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample.hpp>

namespace grandstand::media {

// A channel's timeline: maps the time base of whatever feeds the channel to one media time that only goes forward, and
// media time to wall clock (PROGRAM-DATE-TIME). An epoch is a stretch in which the mapping is one offset; a new one
// starts at a source switch or when timestamps jump (more than 1 s from what arrival says, or backwards).
//
// In an epoch the date never steps: it starts at the arrival wall clock and follows media time, slewed by at most
// 500 ppm towards arrival, so that it stays within 500 ms of UTC whatever the source's clock does.
// (headend.md 5.2; RFC 8216 4.3.2.6.)
//
// Owner: the channel.   Runs on: the channel's loop.   Pure: time is given.
class Timeline {
 public:
  struct Stamp {
    MediaTime dts{0};  // channel time, strictly forward per track within an epoch
    MediaTime pts{0};
    bool new_epoch = false;  // this sample is the first of an epoch: the packager signals a discontinuity
  };

  // Maps one sample that arrived at `arrival` (UTC) and `now` (steady).
  Stamp map(const Sample& sample, UtcTime arrival, SteadyTime now);

  // The next sample starts an epoch, whatever its timestamps.
  void break_epoch();

  // Wall clock of a channel media time in the present epoch.
  UtcTime date(MediaTime time) const;

  std::uint64_t epoch() const { return epoch_; }

 private:
  // (state is private to the implementation's author: keep it a plain value type)
  struct TrackClock {
    std::uint32_t track = 0;
    MediaTime last_dts{0};
    MediaTime last_duration{0};
  };
  std::uint64_t epoch_ = 0;
  bool anchored_ = false;
  MediaTime offset_{0};        // channel time minus source time
  MediaTime end_{0};           // furthest end of any sample so far, channel time
  UtcTime anchor_date_{};      // date of anchor_time_
  MediaTime anchor_time_{0};
  MediaTime last_source_dts_{0};
  SteadyTime last_arrival_{};
  std::vector<TrackClock> clocks_;
};

}  // namespace grandstand::media
