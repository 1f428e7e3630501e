// SPDX-License-Identifier: MIT
#pragma once

#include "transcode_worker.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/ops/metrics.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace grandstand::channels {

// The tracks that the channel makes of those of its source: AAC for sound that browsers cannot play.
//
// Owner: Channel.   Runs on: its loop.   Stops: on destruction.
class DerivedTracks {
 public:
  // `deliver` is called on the loop with each derived sample, in channel time, never after destruction.
  DerivedTracks(ChannelId channel, aio::Loop& loop, ops::Metrics& metrics, std::function<void(media::Sample)> deliver)
      : channel_(std::move(channel)), loop_(loop), metrics_(metrics), deliver_(std::move(deliver)) {}

  // Begins anew with other tracks; gives those that are made of them.
  std::vector<media::Track> set_tracks(const media::TrackSet& tracks);
  // A sample of the source in channel time.
  void push(const media::Sample& sample);
  void clear() { transcoders_.clear(); }

 private:
  ChannelId channel_;
  aio::Loop& loop_;
  ops::Metrics& metrics_;
  std::function<void(media::Sample)> deliver_;
  std::map<std::uint32_t, std::unique_ptr<TranscodeWorker>> transcoders_;  // by track
};

}  // namespace grandstand::channels
