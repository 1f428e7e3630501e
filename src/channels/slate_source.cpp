// SPDX-License-Identifier: MIT
#include "slate_source.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::channels {
namespace {

using media::MediaTime;

constexpr std::chrono::milliseconds kTick{40};
constexpr std::int64_t kFrameSamples = 1'024;
// A process that slept longer than this does not make up for it.
constexpr std::chrono::seconds kLatest{5};

media::TrackSet with_sounds_of(const media::TrackSet& programme, media::TrackSet slate) {
  const auto silence = *slate.find(media::kSlateAudioTrack);
  std::erase(slate.tracks, silence);
  std::uint32_t id = media::kSlateAudioTrack;
  for (const auto& track : programme.tracks) {
    if (track.kind() != media::TrackKind::kAudio) continue;
    auto& sound = slate.tracks.emplace_back(silence);
    sound.id = id++;
    sound.language = track.language;
    sound.hearing_impaired = track.hearing_impaired;
    sound.visual_impaired = track.visual_impaired;
  }
  if (id == media::kSlateAudioTrack) slate.tracks.push_back(silence);
  return slate;
}

}  // namespace

SlatePlayer::SlatePlayer(std::shared_ptr<const media::Slate> slate, const media::TrackSet& programme,
                         media::SampleSink& sink, SteadyTime now)
    : slate_(std::move(slate)),
      tracks_(std::make_shared<const media::TrackSet>(with_sounds_of(programme, slate_->tracks))),
      sink_(sink),
      began_(now) {
  sink_.on_tracks(tracks_);
}

void SlatePlayer::tick(SteadyTime now) {
  auto due = std::chrono::duration_cast<MediaTime>(now - began_);
  const auto given = next_sound().dts;
  if (due - given > kLatest) {
    began_ += std::chrono::duration_cast<SteadyTime::duration>(due - given);
    due = given;
  }
  for (;;) {
    auto sound = next_sound();
    if (!slate_->pictures.empty()) {
      if (auto picture = next_picture(); picture.dts <= sound.dts) {
        if (picture.dts > due) return;
        ++pictures_;
        sink_.on_sample(std::move(picture));
        continue;
      }
    }
    if (sound.dts > due) return;
    ++sounds_;
    for (const auto& track : tracks_->tracks) {
      if (track.kind() != media::TrackKind::kAudio) continue;
      sound.track = track.id;
      sink_.on_sample(sound);
    }
  }
}

media::Sample SlatePlayer::next_picture() const {
  const auto count = static_cast<std::int64_t>(slate_->pictures.size());
  auto sample = slate_->pictures[static_cast<std::size_t>(pictures_ % count)];
  const auto offset = slate_->picture_time * (pictures_ / count);
  sample.dts += offset;
  sample.pts += offset;
  return sample;
}

media::Sample SlatePlayer::next_sound() const {
  const auto rate = slate_->tracks.find(media::kSlateAudioTrack)->sample_rate;
  const auto at = [&](std::int64_t frame) { return MediaTime{frame * kFrameSamples * MediaTime::period::den / rate}; };
  return {.track = media::kSlateAudioTrack,
          .dts = at(sounds_),
          .pts = at(sounds_),
          .duration = at(sounds_ + 1) - at(sounds_),
          .key = true,
          .data = slate_->silence};
}

// What the library's answer finds, if the source still runs then.
struct SlateSource::Play {
  media::TrackSet programme;
  bool radio;
  aio::Loop& loop;
  const Clock& clock;
  media::SampleSink& sink;
  ingest::SourceObserver& observer;
  std::unique_ptr<SlatePlayer> player = nullptr;
  std::unique_ptr<aio::Ticker> ticker = nullptr;

  void begin(const SlateLibrary::Outcome& outcome) {
    if (!outcome) return observer.on_source_state(ingest::SourceState::kDown, outcome.error().message);
    observer.on_source_state(ingest::SourceState::kRunning, {});
    player = std::make_unique<SlatePlayer>(*outcome, programme, sink, clock.steady());
    ticker = std::make_unique<aio::Ticker>(loop, kTick, [this] { player->tick(clock.steady()); });
    player->tick(clock.steady());
  }
};

SlateSource::SlateSource(const media::TrackSet& programme, bool radio, SlateLibrary& library, aio::Loop& loop,
                         const Clock& clock, media::SampleSink& sink, ingest::SourceObserver& observer)
    : library_(library), play_(new Play{programme, radio, loop, clock, sink, observer}) {}

SlateSource::~SlateSource() = default;

void SlateSource::start() {
  auto shape = media::SlateShape::like(play_->programme);
  if (play_->radio && play_->programme.video() == nullptr) shape.width = shape.height = 0;
  library_.request(shape, play_->loop, [play = std::weak_ptr(play_)](const SlateLibrary::Outcome& outcome) {
    if (const auto running = play.lock()) running->begin(outcome);
  });
}

void SlateSource::stop() {
  if (play_) play_->ticker.reset();
  play_.reset();
}

}  // namespace grandstand::channels
