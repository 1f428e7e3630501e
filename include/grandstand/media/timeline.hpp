// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>

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

  // Pictures and sound say what time it is; texts, which come when there is something to read, never begin an epoch.
  enum class Role { kLeads, kFollows };

  // Maps one sample that arrived at `arrival` (UTC) and `now` (steady). At a jump, what still comes in the former time
  // base keeps the former mapping; what belongs to no known time base gets a time before everything (negative) and is
  // of no use.
  Stamp map(const Sample& sample, UtcTime arrival, SteadyTime now, Role role = Role::kLeads);

  // The next sample starts an epoch, whatever its timestamps.
  void break_epoch();

  // Wall clock of a channel media time in the present epoch.
  UtcTime date(MediaTime time) const;

  // Channel time of a time in the present epoch's source time base; empty before the first sample and between
  // break_epoch() and the next one.
  std::optional<MediaTime> channel_time(MediaTime source_time) const;

  std::uint64_t epoch() const { return epoch_; }

 private:
  // Where one track stands in a time base.
  struct TrackClock {
    std::uint32_t track = 0;
    MediaTime source_dts{0};
    MediaTime dts{0};
    MediaTime duration{0};
    SteadyTime arrival{};
    bool has_dependent_samples = false;  // not every sample is a key one: it is video
  };
  // One offset and the tracks that follow it.
  struct Base {
    MediaTime offset{0};  // channel time minus source time
    std::vector<TrackClock> clocks;

    TrackClock* find(std::uint32_t track);
  };
  enum class Verdict { kPresent, kFormer, kForeign, kJump };

  Verdict judge(const Sample& sample, SteadyTime now);
  Verdict judge_newcomer(const Sample& sample, SteadyTime now);
  Stamp follow(const Sample& sample, SteadyTime now);
  void start_epoch(const Sample& sample, UtcTime arrival, SteadyTime now);
  Stamp stamp(Base& base, const Sample& sample, SteadyTime now);
  void change_lead(std::uint32_t track, MediaTime dts, UtcTime arrival);
  void follow_arrival(MediaTime dts, UtcTime arrival, SteadyTime now);
  bool may_restart_at(const Sample& sample) const;

  std::uint64_t epoch_ = 0;
  bool anchored_ = false;
  bool break_requested_ = false;
  Base present_;
  Base former_;             // of the epoch before, for samples that still come in it
  std::uint32_t lead_ = 0;  // the track that began the epoch, while it lasts: its samples set the date
  SteadyTime epoch_began_{};
  MediaTime end_{0};  // furthest end of any sample so far, channel time

  UtcTime anchor_date_{};  // date of anchor_time_
  MediaTime anchor_time_{0};
  double slew_ = 0;                 // date runs at 1 + slew_ of media time
  double error_seconds_ = 0;        // smoothed date minus arrival
  double lead_offset_seconds_ = 0;  // of date minus arrival, what is the present lead's and was not the one's before
  SteadyTime error_at_{};
  SteadyTime watch_began_{};  // a stretch in which the error is watched
  double least_error_ = 0;
  double largest_error_ = 0;
  bool runaway_ = false;  // the date cannot follow by slewing: a new epoch is due
};

}  // namespace grandstand::media
