// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/channels/monitor.hpp>

#include <cstddef>
#include <deque>
#include <vector>

namespace grandstand::channels {

// What an operator should look at, by what is known of the channel at one moment.
std::vector<Alarm> find_alarms(const ChannelStatus& status, const ChannelMonitor& monitor);

// Remembers since when each alarm lasts, and what came and went.
//
// Owner: ChannelWatch.   Runs on: the channel's loop.   Pure: time is given.
class AlarmBook {
 public:
  static constexpr std::size_t kHistory = 50;

  void update(std::vector<Alarm> alarms, UtcTime now);

  const std::vector<Alarm>& alarms() const { return alarms_; }         // the gravest first
  const std::deque<AlarmChange>& history() const { return history_; }  // the newest first

 private:
  void note(bool raised, const Alarm& alarm, UtcTime now);

  std::vector<Alarm> alarms_;
  std::deque<AlarmChange> history_;
};

}  // namespace grandstand::channels
