// SPDX-License-Identifier: MIT
#pragma once

#include "content_judge.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/offload.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/ops/metrics.hpp>

#include <memory>
#include <optional>

namespace grandstand::channels {

// Has a ContentJudge look at some of a source's key frames and sound, decoded on a thread of its own. What comes while
// the thread is busy is left out.
//
// Owner: SourceIntake.   Runs on: the channel's loop; the codecs on their own thread.   Stops: on destruction, which
// waits for the sample under work.
class ContentWatch {
 public:
  struct Wishes {
    bool pictures = false;
    bool sound = false;
  };
  ContentWatch(const ChannelId& channel, Wishes wishes, aio::Loop& loop, ops::Metrics& metrics);
  ~ContentWatch();

  void push(const media::Sample& sample, const media::TrackSet& tracks, SteadyTime now);
  const ContentJudge::Verdict& verdict() const;
  // The source was closed: nothing is known.
  void forget();

 private:
  struct State;

  Wishes wishes_;
  std::optional<SteadyTime> looked_, heard_;
  std::shared_ptr<State> state_;
  aio::Offload thread_;  // must be the last member: it uses state_
};

}  // namespace grandstand::channels
