// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/offload.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/media/audio_transcoder.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <string>

namespace grandstand::channels {

// An AudioTranscoder on a thread of its own, so that the event loop never waits for a codec. When the thread cannot
// keep up (or the queue of a second or so is full), frames are left out and counted: the picture and the original sound
// go on.
//
// Owner: DerivedTracks.   Runs on: the channel's loop; the codec on its own thread.   Stops: on destruction, which
// waits for the frame under work (about a millisecond).
class TranscodeWorker {
 public:
  // `deliver` is called on the loop with each AAC frame, never after destruction.
  static Result<std::unique_ptr<TranscodeWorker>> create(const ChannelId& channel, const media::Track& input,
                                                         aio::Loop& loop, ops::Metrics& metrics,
                                                         std::function<void(media::Sample)> deliver);
  ~TranscodeWorker();

  const media::Track& output() const;
  void push(media::Sample sample);

 private:
  struct State;
  explicit TranscodeWorker(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
  aio::Offload thread_;  // must be the last member: it uses state_
};

}  // namespace grandstand::channels
