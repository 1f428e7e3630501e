// SPDX-License-Identifier: MIT
#include "ladder_worker.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
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

struct LadderWorker::State : std::enable_shared_from_this<State> {
  State(std::size_t least, Context c) : context(std::move(c)), shedding(0, least, LadderShedding::Limits{}) {}

  void open(const media::Track& input, const media::VideoLadder& ladder);
  void take_outputs(std::vector<media::Track> opened);
  void fail(const Error& error);
  void take(media::VideoTranscoder::Ready ready, std::vector<media::Track> changed_outputs);
  void judge(milliseconds waited, SteadyTime now);

  Context context;

  // on the worker's thread only
  std::unique_ptr<media::VideoTranscoder> transcoder;  // null: it could not be opened
  bool failing = false;
  bool skipping = false;

  // on the loop only
  bool stopped = false;
  bool opening = true;
  std::vector<media::Track> outputs;
  std::string trouble;
  bool cannot = false;  // be opened
  LadderShedding shedding;
  std::optional<std::vector<std::uint32_t>> keep;  // for the thread, with the next picture

  ops::Counter errors, left_out, shed;
  ops::Gauge rungs, delay, failed;
};

void LadderWorker::State::open(const media::Track& input, const media::VideoLadder& ladder) {
  auto opened = media::VideoTranscoder::create(input, ladder);
  if (!opened) {
    context.loop.post([state = shared_from_this(), error = opened.error()] { state->fail(error); });
    return;
  }
  transcoder = std::move(*opened);
  if (!transcoder->encoder_faults().empty()) {
    log::warning("channels", "The ladder falls back to another encoder",
                 {{"channel", context.channel.value()},
                  {"encoder", transcoder->encoder()},
                  {"reason", transcoder->encoder_faults()}});
  }
  context.loop.post([state = shared_from_this(), outputs = transcoder->outputs()]() mutable {
    state->take_outputs(std::move(outputs));
  });
}

void LadderWorker::State::take_outputs(std::vector<media::Track> opened) {
  if (stopped) return;
  opening = false;
  outputs = std::move(opened);
  rungs.set(static_cast<double>(outputs.size()));
  context.changed();
}

void LadderWorker::State::fail(const Error& error) {
  if (stopped) return;
  log::warning("channels", "The ladder cannot be made",
               {{"channel", context.channel.value()}, {"reason", error.message}});
  opening = false;
  cannot = true;
  failed.set(1);
  trouble = "the ladder cannot be made: " + error.message;
  context.changed();
}

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

LadderWorker::LadderWorker(const media::Track& input, const media::VideoLadder& ladder, std::size_t least,
                           Context context)
    : state_(std::make_shared<State>(least, std::move(context))), thread_("ladder", 1, kQueuedPictures) {
  const ops::Labels labels{{"channel", state_->context.channel.value()}};
  auto& metrics = state_->context.metrics;
  state_->errors =
      metrics.counter("grandstand_ladder_errors_total", "Pictures that could not be decoded or encoded", labels);
  state_->left_out = metrics.counter("grandstand_ladder_left_out_total",
                                     "Pictures left out of the ladder because they waited too long", labels);
  state_->shed =
      metrics.counter("grandstand_ladder_shed_total", "Rungs left out because the machine could not keep up", labels);
  state_->rungs = metrics.gauge("grandstand_ladder_rungs", "Rungs of the ladder that are encoded", labels);
  state_->delay =
      metrics.gauge("grandstand_ladder_wait_seconds", "How long the latest picture waited for the ladder", labels);
  state_->failed =
      metrics.gauge("grandstand_ladder_failed", "1 while the ladder cannot be made at all; the log says why", labels);
  static_cast<void>(thread_.try_post([state = state_, input, ladder] { state->open(input, ladder); }));
}

LadderWorker::~LadderWorker() {
  state_->stopped = true;
  state_->context.deliver = nullptr;
  state_->context.changed = nullptr;
  state_->rungs.set(0);
  state_->failed.set(0);
  thread_.abandon();
}

bool LadderWorker::opening() const {
  return state_->opening;
}

const std::vector<media::Track>& LadderWorker::outputs() const {
  return state_->outputs;
}

const std::string& LadderWorker::trouble() const {
  return state_->trouble;
}

bool LadderWorker::failed() const {
  return state_->cannot;
}

void LadderWorker::push(media::Sample sample) {
  const auto pushed = state_->context.clock.steady();
  const bool queued = thread_.try_post([state = state_, pushed, keep = state_->keep, sample = std::move(sample)] {
    if (!state->transcoder) return;
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
