// SPDX-License-Identifier: MIT
#include "content_watch.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/media/content_probe.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

namespace grandstand::channels {
namespace {

constexpr std::size_t kQueued = 4;
constexpr std::chrono::milliseconds kBetweenPictures{900};
constexpr std::chrono::milliseconds kBetweenSounds{200};

const media::Track* first_sound(const media::TrackSet& tracks) {
  const auto found = std::find_if(tracks.tracks.begin(), tracks.tracks.end(),
                                  [](const media::Track& track) { return track.kind() == media::TrackKind::kAudio; });
  return found == tracks.tracks.end() ? nullptr : &*found;
}

}  // namespace

struct ContentWatch::State : std::enable_shared_from_this<State> {
  State(ChannelId c, aio::Loop& l) : channel(std::move(c)), loop(l) {}

  void look(const media::Track& track, const media::Sample& sample, SteadyTime at);
  void hear(const media::Track& track, const media::Sample& sample, SteadyTime at);
  void fail(const Error& error);

  ChannelId channel;
  aio::Loop& loop;
  ops::Counter errors, left_out;
  std::atomic<unsigned> round = 0;  // of being open; what was decoded in another one counts no more

  // on the loop only
  ContentJudge judge;

  // on the thread only
  std::unique_ptr<media::PictureProbe> pictures;
  std::unique_ptr<media::SoundProbe> sounds;
  std::optional<media::Track> picture_track, sound_track;  // of the probes
  bool failing = false;
};

void ContentWatch::State::look(const media::Track& track, const media::Sample& sample, SteadyTime at) {
  if (picture_track != track) {
    picture_track = track;
    pictures.reset();
    auto opened = media::PictureProbe::create(track);
    if (!opened) return fail(opened.error());
    pictures = std::move(*opened);
  }
  if (!pictures) return;
  auto seen = pictures->look(sample);
  if (!seen) return fail(seen.error());
  failing = false;
  loop.post([state = shared_from_this(), round_then = round.load(), picture = std::move(*seen), at]() mutable {
    if (state->round == round_then) state->judge.see(std::move(picture), at);
  });
}

void ContentWatch::State::hear(const media::Track& track, const media::Sample& sample, SteadyTime at) {
  if (sound_track != track) {
    sound_track = track;
    sounds.reset();
    auto opened = media::SoundProbe::create(track);
    if (!opened) return fail(opened.error());
    sounds = std::move(*opened);
  }
  if (!sounds) return;
  const auto peak = sounds->peak(sample);
  if (!peak) return fail(peak.error());
  loop.post([state = shared_from_this(), round_then = round.load(), peak = *peak, at] {
    if (state->round == round_then) state->judge.hear(peak, at);
  });
}

void ContentWatch::State::fail(const Error& error) {
  errors.add();
  if (std::exchange(failing, true)) return;
  log::warning("channels", "The content of a source cannot be watched",
               {{"channel", channel.value()}, {"reason", error.message}});
}

ContentWatch::ContentWatch(const ChannelId& channel, Wishes wishes, aio::Loop& loop, ops::Metrics& metrics)
    : wishes_(wishes), state_(std::make_shared<State>(channel, loop)), thread_("content", 1, kQueued) {
  const ops::Labels labels{{"channel", channel.value()}};
  state_->errors = metrics.counter("grandstand_content_errors_total",
                                   "Pictures and frames of sound that could not be decoded to be watched", labels);
  state_->left_out = metrics.counter("grandstand_content_left_out_total",
                                     "Pictures and frames of sound not watched because too many waited", labels);
}

ContentWatch::~ContentWatch() {
  ++state_->round;
}

void ContentWatch::push(const media::Sample& sample, const media::TrackSet& tracks, SteadyTime now) {
  const auto due = [&](std::optional<SteadyTime>& latest, std::chrono::milliseconds distance) {
    if (latest && now - *latest < distance) return false;
    latest = now;
    return true;
  };
  const auto post = [&](const media::Track& track, auto work) {
    const bool queued = thread_.try_post([state = state_, round = state_->round.load(), track, sample, now, work] {
      if (state->round == round) ((*state).*work)(track, sample, now);
    });
    if (!queued) state_->left_out.add();
  };
  const auto* const video = tracks.video();
  if (wishes_.pictures && video != nullptr && sample.track == video->id && sample.key &&
      due(looked_, kBetweenPictures)) {
    post(*video, &State::look);
  }
  const auto* const sound = first_sound(tracks);
  if (wishes_.sound && sound != nullptr && sample.track == sound->id && due(heard_, kBetweenSounds)) {
    post(*sound, &State::hear);
  }
}

const ContentJudge::Verdict& ContentWatch::verdict() const {
  return state_->judge.verdict();
}

void ContentWatch::forget() {
  ++state_->round;
  state_->judge = {};
  looked_.reset();
  heard_.reset();
}

}  // namespace grandstand::channels
