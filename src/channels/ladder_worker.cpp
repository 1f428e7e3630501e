// SPDX-License-Identifier: MIT
#include "ladder_worker.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace grandstand::channels {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// A few seconds of pictures.
constexpr std::size_t kQueuedPictures = 192;
// The packager's renditions do not wait longer for their pictures.
constexpr milliseconds kTooLate{2'000};

std::string name_of(const media::Track& rung) {
  return std::to_string(rung.height) + "p";
}

}  // namespace

struct LadderWorker::State {
  State(std::unique_ptr<media::VideoTranscoder> t, std::size_t least, Context c)
      : context(std::move(c)),
        transcoder(std::move(t)),
        outputs(transcoder->outputs()),
        shedding(outputs.size(), least, LadderShedding::Limits{}) {}

  void take(media::VideoTranscoder::Ready ready, std::vector<media::Track> changed_outputs);
  void judge(milliseconds waited, SteadyTime now);

  Context context;
  std::atomic<bool> stopped = false;

  // on the worker's thread only
  std::unique_ptr<media::VideoTranscoder> transcoder;
  bool failing = false;
  bool skipping = false;

  // on the loop only
  std::vector<media::Track> outputs;
  std::string trouble;
  LadderShedding shedding;
  std::optional<std::vector<std::uint32_t>> keep;  // for the thread, with the next picture

  ops::Counter errors, left_out, shed;
  ops::Gauge rungs, delay;
};

void LadderWorker::State::take(media::VideoTranscoder::Ready ready, std::vector<media::Track> changed_outputs) {
  if (stopped) return;
  if (ready.outputs_changed) {
    outputs = std::move(changed_outputs);
    context.changed();
  }
  for (auto& sample : ready.samples) {
    if (stopped) return;
    context.deliver(std::move(sample));
  }
}

void LadderWorker::State::judge(milliseconds waited, SteadyTime now) {
  if (stopped) return;
  delay.set(static_cast<double>(waited.count()) / 1'000);
  if (shedding.rungs() != outputs.size()) shedding.set_rungs(outputs.size());
  const auto before = shedding.running();
  const auto running = shedding.observe(waited, now);
  if (!running) return;
  rungs.set(static_cast<double>(*running));
  const auto left = outputs.size() - *running;
  std::string names;
  std::vector<std::uint32_t> kept;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i < left) {
      names += (names.empty() ? "" : ", ") + name_of(outputs[i]);
    } else {
      kept.push_back(outputs[i].id);
    }
  }
  trouble = left == 0 ? "" : names + " is left out: the machine cannot keep up with the ladder";
  if (*running < before) {
    shed.add();
    log::warning("channels", "The ladder is too much for this machine: its costliest rung is left out for a while",
                 {{"channel", context.channel.value()},
                  {"rung", name_of(outputs[left - 1])},
                  {"running", *running},
                  {"waited_ms", waited.count()}});
  } else {
    log::info("channels", "A rung of the ladder is tried again",
              {{"channel", context.channel.value()}, {"rung", name_of(outputs[left])}, {"running", *running}});
  }
  keep = std::move(kept);
  context.changed();
}

Result<std::unique_ptr<LadderWorker>> LadderWorker::create(const media::Track& input, const media::VideoLadder& ladder,
                                                           std::size_t least, Context context) {
  GRANDSTAND_TRY(auto transcoder, media::VideoTranscoder::create(input, ladder));
  const auto& channel = context.channel.value();
  if (!transcoder->encoder_faults().empty()) {
    log::warning("channels", "The ladder falls back to another encoder",
                 {{"channel", channel}, {"encoder", transcoder->encoder()}, {"reason", transcoder->encoder_faults()}});
  }
  const ops::Labels labels{{"channel", channel}};
  auto& metrics = context.metrics;
  auto state = std::make_shared<State>(std::move(transcoder), least, std::move(context));
  state->errors =
      metrics.counter("grandstand_ladder_errors_total", "Pictures that could not be decoded or encoded", labels);
  state->left_out = metrics.counter("grandstand_ladder_left_out_total",
                                    "Pictures left out of the ladder because they waited too long", labels);
  state->shed =
      metrics.counter("grandstand_ladder_shed_total", "Rungs left out because the machine could not keep up", labels);
  state->rungs = metrics.gauge("grandstand_ladder_rungs", "Rungs of the ladder that are encoded", labels);
  state->delay =
      metrics.gauge("grandstand_ladder_wait_seconds", "How long the latest picture waited for the ladder", labels);
  state->rungs.set(static_cast<double>(state->outputs.size()));
  return std::unique_ptr<LadderWorker>(new LadderWorker(std::move(state)));
}

LadderWorker::LadderWorker(std::shared_ptr<State> state)
    : state_(std::move(state)), thread_("ladder", 1, kQueuedPictures) {}

LadderWorker::~LadderWorker() {
  state_->stopped = true;
  state_->context.deliver = nullptr;
  state_->context.changed = nullptr;
  state_->rungs.set(0);
}

const std::vector<media::Track>& LadderWorker::outputs() const {
  return state_->outputs;
}

const std::string& LadderWorker::trouble() const {
  return state_->trouble;
}

void LadderWorker::push(media::Sample sample) {
  const auto pushed = state_->context.clock.steady();
  const bool queued = thread_.try_post([state = state_, pushed, keep = state_->keep, sample = std::move(sample)] {
    if (state->stopped) return;
    if (keep) state->transcoder->keep(*keep);
    const auto began = state->context.clock.steady();
    const auto waited = duration_cast<milliseconds>(began - pushed);
    auto& loop = state->context.loop;
    loop.post([state, waited, began] { state->judge(waited, began); });
    if (waited > kTooLate) state->skipping = true;
    if (state->skipping && sample.key && waited < kTooLate / 2) state->skipping = false;
    if (state->skipping) return state->left_out.add();
    auto ready = state->transcoder->transcode(sample);
    if (!ready) {
      state->errors.add();
      // Where it begins only: each picture may fail.
      if (!std::exchange(state->failing, true)) {
        log::warning("channels", "The ladder's pictures cannot be encoded",
                     {{"channel", state->context.channel.value()}, {"reason", ready.error().message}});
      }
      return;
    }
    state->failing = false;
    if (ready->damaged > 0) state->errors.add(ready->damaged);
    if (ready->samples.empty() && !ready->outputs_changed) return;
    auto outputs = ready->outputs_changed ? state->transcoder->outputs() : std::vector<media::Track>();
    loop.post([state, ready = std::move(*ready), outputs = std::move(outputs)]() mutable {
      state->take(std::move(ready), std::move(outputs));
    });
  });
  if (!queued) return state_->left_out.add();
  state_->keep.reset();
}

}  // namespace grandstand::channels
