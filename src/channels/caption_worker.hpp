// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/offload.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/media/caption_decoder.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>

namespace grandstand::channels {

// A CaptionDecoder on a thread of its own. When the thread cannot keep up, samples are left out and counted.
//
// Owner: CaptionTracks.   Runs on: the channel's loop; the decoder on its own thread.   Stops: on destruction, which
// waits for the sample under work.
class CaptionWorker {
 public:
  // `deliver` is called on the loop with each cue, never after destruction.
  static Result<std::unique_ptr<CaptionWorker>> create(const ChannelId& channel, const media::Track& input,
                                                       std::uint32_t output_id, aio::Loop& loop, ops::Metrics& metrics,
                                                       std::function<void(media::Sample)> deliver);
  ~CaptionWorker();

  const media::Track& output() const;
  void push(media::Sample sample);

 private:
  struct State;
  explicit CaptionWorker(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
  aio::Offload thread_;  // must be the last member: it uses state_
};

}  // namespace grandstand::channels
