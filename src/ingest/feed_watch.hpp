// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/ingest/source.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace grandstand::ingest {

// Decides what a received feed's state is: running with the first sample, down when none came for the feed's silence
// timeout, and why.
//
// Pure: time is given. Owner: UdpSource.
class FeedWatch {
 public:
  struct Change {
    SourceState state = SourceState::kStarting;
    std::string reason;
  };

  FeedWatch(std::chrono::milliseconds silence_timeout, SteadyTime now)
      : timeout_(silence_timeout), last_datagram_(now), last_sample_(now) {}

  SourceState state() const { return state_; }
  SteadyTime last_datagram() const { return last_datagram_; }

  void on_datagram(SteadyTime now);

  // Only now can datagrams come at all.
  void on_connection(SteadyTime now);

  // A sample came. The change, if it is the first one after silence.
  std::optional<Change> on_sample(SteadyTime now);

  // The socket cannot be had.
  std::optional<Change> on_failure(std::string reason);

  // `trouble` gives what is known against what arrives; it is asked only when that has long been in vain.
  std::optional<Change> tick(SteadyTime now, const std::function<std::string()>& trouble);

 private:
  std::optional<Change> change(SourceState state, std::string reason);

  std::chrono::milliseconds timeout_;
  SteadyTime last_datagram_;
  std::optional<SteadyTime> arriving_since_;  // without a pause of the timeout
  SteadyTime last_sample_;
  SourceState state_ = SourceState::kStarting;
  std::string reason_;
};

}  // namespace grandstand::ingest
