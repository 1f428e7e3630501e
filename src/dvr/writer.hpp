// SPDX-License-Identifier: MIT
#pragma once

#include "channel_recorder.hpp"

#include <grandstand/dvr/settings.hpp>

#include <map>

namespace grandstand::dvr {

// Everything that changes the archive on disk.
//
// Owner: the archive.   Runs on: the writer's thread; served() on any.
class Writer {
 public:
  Writer(const Settings& settings, const Clock& clock, ops::Metrics& metrics);

  void take_over();
  void set_recordings(const Recordings& recordings);
  void record(const hls::FinishedSegment& segment, bool fits);
  // Expiry by age, by quotas and by the space that is left, the oldest first.
  void tick();

  // The channels that are recorded.
  std::shared_ptr<const ChannelShelves> served() const { return served_.load(); }

 private:
  void meet_quota(ChannelRecorder& channel, UtcTime now);
  void meet_quotas(UtcTime now);
  bool let_go_of_oldest(UtcTime now);
  bool force(ChannelRecorder& channel);  // leases or not
  bool force_any();
  void erase_unlisted(UtcTime now);
  std::uint64_t bytes() const;
  std::uint64_t unlisted_bytes() const;
  bool short_of_space() const;

  // given
  const Settings& settings_;
  const Clock& clock_;
  ops::Metrics& metrics_;

  // state
  ContentsBudget budget_;
  Recordings recordings_;
  std::map<ChannelId, ChannelRecorder> channels_;
  Published<ChannelShelves> served_{std::make_shared<const ChannelShelves>()};
  bool space_ = true;
  ops::Counter expired_;
  ops::Counter broken_leases_;
};

}  // namespace grandstand::dvr
