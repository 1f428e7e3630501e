// SPDX-License-Identifier: MIT
#include "caption_worker.hpp"

#include <utility>
#include <vector>

namespace grandstand::channels {
namespace {

// A few seconds of pictures.
constexpr std::size_t kQueuedSamples = 256;

}  // namespace

struct CaptionWorker::State {
  State(std::unique_ptr<media::CaptionDecoder> d, aio::Loop& l, std::function<void(media::Sample)> f)
      : decoder(std::move(d)), loop(l), deliver(std::move(f)) {}

  std::unique_ptr<media::CaptionDecoder> decoder;  // used on the worker's thread only, but for output()
  aio::Loop& loop;
  std::function<void(media::Sample)> deliver;  // loop only; emptied when the worker goes
  ops::Counter cues, errors, left_out;
};

Result<std::unique_ptr<CaptionWorker>> CaptionWorker::create(const ChannelId& channel, const media::Track& input,
                                                             std::uint32_t output_id, aio::Loop& loop,
                                                             ops::Metrics& metrics,
                                                             std::function<void(media::Sample)> deliver) {
  GRANDSTAND_TRY(auto decoder, media::CaptionDecoder::create(input, output_id));
  auto state = std::make_shared<State>(std::move(decoder), loop, std::move(deliver));
  const ops::Labels labels{{"channel", channel.value()}};
  state->cues = metrics.counter("grandstand_caption_cues_total", "Cues made of teletext and captions", labels);
  state->errors =
      metrics.counter("grandstand_caption_errors_total", "Teletext and captions that could not be decoded", labels);
  state->left_out = metrics.counter("grandstand_caption_left_out_total",
                                    "Teletext and captions not decoded because too many waited", labels);
  return std::unique_ptr<CaptionWorker>(new CaptionWorker(std::move(state)));
}

CaptionWorker::CaptionWorker(std::shared_ptr<State> state)
    : state_(std::move(state)), thread_("captions", 1, kQueuedSamples) {}

CaptionWorker::~CaptionWorker() {
  state_->deliver = nullptr;
  thread_.abandon();
}

const media::Track& CaptionWorker::output() const {
  return state_->decoder->output();
}

void CaptionWorker::push(media::Sample sample) {
  const bool queued = thread_.try_post([state = state_, sample = std::move(sample)] {
    auto cues = state->decoder->decode(sample);
    if (!cues) return state->errors.add();
    if (cues->empty()) return;
    state->loop.post([state, cues = std::move(*cues)]() mutable {
      for (auto& cue : cues) {
        if (!cue.data.empty()) state->cues.add();
        if (state->deliver) state->deliver(std::move(cue));
      }
    });
  });
  if (!queued) state_->left_out.add();
}

}  // namespace grandstand::channels
