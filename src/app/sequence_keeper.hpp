// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/hls/sequence_numbers.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace grandstand::app {

// Keeps on disk how far the playlists of channels have counted, where their numbers outrun the clock at which channels
// start: short segments, and a discontinuity more than once a minute. What it keeps lies a margin ahead, so that it
// seldom writes and that nothing that was counted since is missed.
//
// Owner: App.   Runs on: at_least() on any thread, the rest on the main thread; blocks.   Stops: no need.
class SequenceKeeper {
 public:
  SequenceKeeper(std::filesystem::path file, const Clock& clock);

  // Where a channel that starts has to go on, at least.
  hls::SequenceNumbers at_least(const ChannelId& channel) const;
  // What the channels that run say of themselves; call at least once a second.
  void tick(const std::vector<channels::ChannelStatus>& running);

 private:
  using Kept = std::map<std::string, hls::SequenceNumbers, std::less<>>;

  // given
  std::filesystem::path file_;
  const Clock& clock_;

  // state
  Published<Kept> kept_;
  bool failing_ = false;  // the file cannot be written
};

}  // namespace grandstand::app
