// SPDX-License-Identifier: MIT
#include "transcode_worker.hpp"

#include <grandstand/base/log.hpp>

#include <utility>

namespace grandstand::channels {
namespace {

// About a second of audio frames.
constexpr std::size_t kQueuedFrames = 64;

}  // namespace

struct TranscodeWorker::State {
  State(ChannelId c, std::unique_ptr<media::AudioTranscoder> t, aio::Loop& l, std::function<void(media::Sample)> d)
      : channel(std::move(c)), transcoder(std::move(t)), loop(l), deliver(std::move(d)) {}

  ChannelId channel;
  std::unique_ptr<media::AudioTranscoder> transcoder;  // used on the worker's thread only, but for output()
  aio::Loop& loop;
  std::function<void(media::Sample)> deliver;  // loop only; emptied when the worker goes
  bool failing = false;                        // on the worker's thread only
  ops::Counter errors;
  ops::Counter left_out;
};

Result<std::unique_ptr<TranscodeWorker>> TranscodeWorker::create(const ChannelId& channel, const media::Track& input,
                                                                 aio::Loop& loop, ops::Metrics& metrics,
                                                                 std::function<void(media::Sample)> deliver) {
  GRANDSTAND_TRY(auto transcoder, media::AudioTranscoder::create(input));
  auto state = std::make_shared<State>(channel, std::move(transcoder), loop, std::move(deliver));
  const ops::Labels labels{{"channel", channel.value()}};
  state->errors =
      metrics.counter("grandstand_transcode_errors_total", "Audio frames that could not be transcoded", labels);
  state->left_out = metrics.counter("grandstand_transcode_left_out_total",
                                    "Audio frames not transcoded because the encoder could not keep up", labels);
  return std::unique_ptr<TranscodeWorker>(new TranscodeWorker(std::move(state)));
}

TranscodeWorker::TranscodeWorker(std::shared_ptr<State> state)
    : state_(std::move(state)), thread_("transcode", 1, kQueuedFrames) {}

TranscodeWorker::~TranscodeWorker() {
  state_->deliver = nullptr;
  thread_.abandon();
}

const media::Track& TranscodeWorker::output() const {
  return state_->transcoder->output();
}

void TranscodeWorker::push(media::Sample sample) {
  const bool queued = thread_.try_post([state = state_, sample = std::move(sample)] {
    auto frames = state->transcoder->transcode(sample);
    if (!frames) {
      state->errors.add();
      // Where it begins only: each frame may fail.
      if (!std::exchange(state->failing, true)) {
        log::warning("channels", "Audio frames cannot be transcoded",
                     {{"channel", state->channel.value()}, {"reason", frames.error().message}});
      }
      return;
    }
    state->failing = false;
    if (frames->empty()) return;
    state->loop.post([state, frames = std::move(*frames)]() mutable {
      for (auto& frame : frames) {
        if (state->deliver) state->deliver(std::move(frame));
      }
    });
  });
  if (!queued) state_->left_out.add();
}

}  // namespace grandstand::channels
