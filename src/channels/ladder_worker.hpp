// SPDX-License-Identifier: MIT
#pragma once

#include "ladder_shedding.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/offload.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/media/video_transcoder.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::channels {

// A VideoTranscoder on a thread of its own, where it is opened, too: until then there are no outputs. When pictures
// wait too long for it, the costliest rung is shed, and tried again later (LadderShedding); when they wait so long that
// nobody needs them any more, all up to the next key frame are left out. The channel never waits: its own pictures and
// the sound go on.
//
// Owner: DerivedTracks.   Runs on: the channel's loop; the codecs on threads of their own.   Stops: on destruction,
// which waits for the picture under work (some milliseconds).
class LadderWorker {
 public:
  struct Context {
    ChannelId channel;
    aio::Loop& loop;
    const Clock& clock;
    ops::Metrics& metrics;
    std::function<void(media::Sample)> deliver;  // on the loop, never after destruction
    std::function<void()> changed;               // opening(), outputs(), trouble() or failed() are others; likewise
  };
  // `least`: rungs that are never shed.
  LadderWorker(const media::Track& input, const media::VideoLadder& ladder, std::size_t least, Context context);
  ~LadderWorker();

  // Neither open nor failed yet; what is pushed meanwhile waits.
  bool opening() const;
  // Every rung of the ladder, highest first, also those that are shed for a while: they are gaps in a stream that goes
  // on.
  const std::vector<media::Track>& outputs() const;
  // "1080p is left out: the machine cannot keep up", or why there is no ladder; empty: all is well.
  const std::string& trouble() const;
  bool failed() const;  // there is no ladder at all
  void push(media::Sample sample);

 private:
  struct State;

  std::shared_ptr<State> state_;
  aio::Offload thread_;  // must be the last member: it uses state_
};

}  // namespace grandstand::channels
