// SPDX-License-Identifier: MIT
#pragma once

#include "caption_worker.hpp"

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace grandstand::channels {

// The texts that the channel makes of its source's teletext and CEA-608 tracks: WebVTT. Tracks that stay keep their
// decoder.
//
// Owner: Channel.   Runs on: its loop.   Stops: on destruction.
class CaptionTracks {
 public:
  // `deliver` is called on the loop with each cue, in channel time, never after destruction.
  CaptionTracks(ChannelId channel, aio::Loop& loop, ops::Metrics& metrics, std::function<void(media::Sample)> deliver)
      : channel_(std::move(channel)), loop_(loop), metrics_(metrics), deliver_(std::move(deliver)) {}

  // The present tracks; gives those that are made of them.
  std::vector<media::Track> set_tracks(const media::TrackSet& tracks);
  // A sample of the source in channel time.
  void push(const media::Sample& sample);
  void clear() { decoders_.clear(); }

 private:
  struct Decoder {
    media::Track input;
    std::unique_ptr<CaptionWorker> worker;
  };

  ChannelId channel_;
  aio::Loop& loop_;
  ops::Metrics& metrics_;
  std::function<void(media::Sample)> deliver_;
  std::map<std::uint32_t, Decoder> decoders_;  // by track
};

}  // namespace grandstand::channels
