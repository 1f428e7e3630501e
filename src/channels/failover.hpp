// SPDX-License-Identifier: MIT
#pragma once

#include "source_watch.hpp"

#include <grandstand/base/back_off.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/channels/settings.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::channels {

// Decides which source of a channel is on air and which are received (headend.md 5.3).
//
// - A source is left when it has been failing for the hold-down; and when it has been degraded for that long, if
//   another is healthy. Between two switches lies at least the hold-down, so nothing flaps faster.
// - Next is the first source in order that is well; one that failed before must first have been well for a time that
//   doubles with each failure, if there is another choice. A source that failed is never the immediate next: without
//   another one the slate is.
// - An earlier source is returned to when it has been healthy for return_after (and its time of probation).
// - Cold standby: one source at a time is tried, each again after its own back-off.
//
// Owner: Channel.   Runs on: its loop.   Pure: time is given.
class Failover {
 public:
  // `on_air`: the source to begin with.
  Failover(FailoverSettings settings, std::size_t sources, std::size_t on_air, SteadyTime now, std::uint32_t seed);

  // To be called every fraction of a second, and when a source has become usable. One health per source.
  void update(std::span<const SourceHealth> health, SteadyTime now);

  std::optional<std::size_t> on_air() const { return on_air_; }  // empty: the slate
  bool wants_open(std::size_t source) const { return sources_[source].open; }
  const std::string& reason() const { return reason_; }  // of the latest switch, for people

  bool pinned() const { return pinned_; }  // what is on air was selected, and stays until it fails

  // The operator's choice: on air as soon as the source is usable, until it fails or another is chosen; it is forgotten
  // when the source does not come within 30 s. Empty: automatic again.
  void select(std::optional<std::size_t> source, SteadyTime now);

 private:
  struct Source {
    explicit Source(BackOff b) : retry(b) {}

    bool open = false;
    std::optional<SteadyTime> failing_since, degraded_since, usable_since, healthy_since;
    unsigned failures = 0;  // on air, not forgiven yet
    BackOff retry;
    SteadyTime retry_at{};
  };

  void note(Source& source, const SourceHealth& health, SteadyTime now);
  bool follow_selection(SteadyTime now);
  void leave_or_return(std::span<const SourceHealth> health, SteadyTime now);
  void plan_open(SteadyTime now);
  void go(std::optional<std::size_t> source, std::string reason, SteadyTime now);
  std::optional<std::size_t> best(SteadyTime now) const;
  std::optional<std::size_t> best_healthy(SteadyTime now) const;
  std::chrono::milliseconds probation(const Source& source) const;
  bool lasted(const std::optional<SteadyTime>& since, std::chrono::milliseconds time, SteadyTime now) const {
    return since && now - *since >= time;
  }

  FailoverSettings settings_;
  std::vector<Source> sources_;
  std::optional<std::size_t> on_air_;
  SteadyTime switched_at_;
  std::string reason_;
  std::optional<std::size_t> selected_;  // waits for being usable
  SteadyTime selected_at_{};
  bool pinned_ = false;  // what is on air was selected
};

}  // namespace grandstand::channels
