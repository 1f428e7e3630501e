// SPDX-License-Identifier: MIT
#include "rendition.hpp"
#include "segmenter.hpp"
#include "snapshot.hpp"
#include "track_choice.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/hls/packager.hpp>

#include <algorithm>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using std::chrono::duration_cast;
using std::chrono::seconds;

// Sound this far from the pictures is of another time base (media/timeline.hpp), unless there are no pictures for a
// while.
constexpr MediaTime kSameProgramme = seconds{10};
constexpr int kForeignBeforeBelieved = 250;
constexpr MediaTime kUsualFrame = std::chrono::milliseconds{40};
constexpr MediaTime kLongestFrame = std::chrono::milliseconds{500};
constexpr int kFewestTargets = 3;  // RFC 8216 6.2.2

std::string base36(std::int64_t value) {
  std::string digits;
  for (; value > 0; value /= 36) digits.insert(digits.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36]);
  return digits;
}

}  // namespace

struct Packager::State {
  State(ChannelId id, const Settings& settings, UtcTime started, ops::Metrics& metrics);

  void close(bool broken);
  void open(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date);
  void carry_out(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date);
  bool in_order(const media::Sample& sample, bool video);
  void end_plans(MediaTime end);
  void publish();

  ChannelId channel;
  std::string token;
  Segmenter segmenter;
  std::vector<Rendition> renditions;
  std::shared_ptr<const media::TrackSet> tracks;  // null: none, or not packageable
  std::vector<media::Track> substitutes;
  unsigned generation = 0;

  std::uint64_t next_sequence = 0;
  std::uint64_t discontinuity_sequence = 0;
  bool any_segment = false;
  bool fresh = true;  // the next segment follows nothing

  std::uint64_t video_samples = 0;  // given to the renditions since the tracks were set
  std::optional<MediaTime> last_video_dts;
  MediaTime video_frame = kUsualFrame;
  int foreign = 0;  // samples in a row that were too far from the rest

  ops::Counter forced_cuts, discontinuities, dropped;
  ops::Gauge bytes;
  Published<ChannelSnapshot> snapshot{std::make_shared<const Snapshot>(std::vector<NamedResourcePtr>())};
};

Packager::State::State(ChannelId id, const Settings& settings, UtcTime started, ops::Metrics& metrics)
    : channel(std::move(id)),
      token("k" + base36(to_unix_ms(started))),
      segmenter({.segment_duration = duration_cast<MediaTime>(settings.segment_duration),
                 .max_segment_duration = duration_cast<MediaTime>(settings.max_segment_duration)}) {
  // A restart never counts from lower numbers: both start from the wall clock. Discontinuities are rare, and hls.js
  // takes seconds over a discontinuity number of nine digits: theirs are minutes since 2025.
  constexpr std::chrono::sys_days kDiscontinuityEpoch{std::chrono::year{2025} / 1 / 1};
  next_sequence = static_cast<std::uint64_t>(duration_cast<seconds>(started.time_since_epoch()).count());
  discontinuity_sequence = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, duration_cast<std::chrono::minutes>(started - kDiscontinuityEpoch).count()));
  const auto target = std::chrono::ceil<seconds>(settings.max_segment_duration);
  const MediaTime window = std::max<MediaTime>(duration_cast<MediaTime>(settings.window), target * kFewestTargets);
  for (const auto container : settings.containers) {
    const ops::Labels labels{{"channel", channel.value()},
                             {"container", container == Container::kFmp4 ? "fmp4" : "ts"}};
    renditions.emplace_back(Rendition::Settings{
        .channel = channel,
        .container = container,
        .token = token,
        .target_duration = target,
        .window = window,
        .segments = metrics.counter("grandstand_hls_segments_total", "Segments published", labels),
        .late_samples = metrics.counter("grandstand_hls_late_samples_total",
                                        "Samples that came after their segment was finished", labels)});
  }
  const ops::Labels labels{{"channel", channel.value()}};
  forced_cuts = metrics.counter("grandstand_hls_forced_cuts_total", "Segments cut without a key frame", labels);
  discontinuities = metrics.counter("grandstand_hls_discontinuities_total", "EXT-X-DISCONTINUITY tags written", labels);
  dropped =
      metrics.counter("grandstand_hls_dropped_samples_total",
                      "Samples that fit into no segment: before a key frame, backwards, of another time base", labels);
  bytes = metrics.gauge("grandstand_hls_segment_bytes", "Memory held by segments", labels);
}

void Packager::State::end_plans(MediaTime end) {
  for (auto& rendition : renditions) rendition.end(end, video_samples);
}

void Packager::State::close(bool broken) {
  if (const auto end = segmenter.close()) end_plans(*end);
  if (broken) fresh = true;
  last_video_dts.reset();
}

void Packager::State::open(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date) {
  SegmentPlan plan;
  plan.sequence = next_sequence++;
  plan.fresh = fresh;
  plan.discontinuity = fresh && any_segment;
  if (plan.discontinuity) {
    ++discontinuity_sequence;
    discontinuities.add();
  }
  plan.discontinuity_sequence = discontinuity_sequence;
  plan.independent = decision.independent;
  plan.start = *decision.start;
  plan.date = date + duration_cast<std::chrono::microseconds>(plan.start - sample.pts);
  for (auto& rendition : renditions) rendition.open(plan);
  fresh = false;
  any_segment = true;
}

void Packager::State::carry_out(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date) {
  if (decision.end) end_plans(*decision.end);
  if (decision.broken) {
    fresh = true;
    last_video_dts.reset();
  }
  if (decision.start) {
    if (decision.forced) forced_cuts.add();
    open(decision, sample, date);
  }
}

bool Packager::State::in_order(const media::Sample& sample, bool video) {
  const auto position = segmenter.position();
  const bool behind = sample.pts < position - kSameProgramme;
  // Pictures far ahead come after an outage; sound alone far ahead is wrong.
  const bool ahead = !video && tracks->video() != nullptr && any_segment && sample.pts > position + kSameProgramme;
  if (behind || ahead) {
    if (++foreign <= kForeignBeforeBelieved) return false;
    close(true);
    for (auto& rendition : renditions) rendition.start_over();
    segmenter.move_to(sample.pts);
  }
  foreign = 0;
  return !video || !last_video_dts || sample.dts > *last_video_dts;
}

void Packager::State::publish() {
  bool changed = false;
  std::size_t held = 0;
  for (auto& rendition : renditions) {
    changed = rendition.refresh_playlists() || changed;
    held += rendition.bytes();
  }
  if (!changed) return;
  bytes.set(static_cast<double>(held));
  const bool all_ready =
      std::all_of(renditions.begin(), renditions.end(), [](const Rendition& r) { return !r.active() || r.ready(); });
  if (!all_ready) return;
  std::vector<NamedResourcePtr> resources;
  ResourcePtr index;
  for (const auto& rendition : renditions) {
    rendition.collect(resources);
    if (!rendition.ready()) continue;
    const bool fmp4 = rendition.container() == Container::kFmp4;
    if (fmp4 || !index) index = rendition.multivariant();
    if (fmp4) continue;
    resources.push_back(
        std::make_shared<const NamedResource>(NamedResource{"index-ts.m3u8", rendition.multivariant()}));
  }
  resources.push_back(std::make_shared<const NamedResource>(NamedResource{"index.m3u8", std::move(index)}));
  snapshot.store(std::make_shared<const Snapshot>(std::move(resources)));
}

Packager::Packager(ChannelId channel, Settings settings, UtcTime started, ops::Metrics& metrics)
    : state_(std::make_unique<State>(std::move(channel), settings, started, metrics)) {}

Packager::~Packager() = default;

void Packager::set_observer(SegmentObserver* observer) {
  for (auto& rendition : state_->renditions) rendition.set_observer(observer);
}

Status Packager::set_tracks(std::shared_ptr<const media::TrackSet> tracks,
                            std::vector<media::Track> audio_for_browsers) {
  auto& state = *state_;
  if (state.tracks && *state.tracks == *tracks && state.substitutes == audio_for_browsers) return success();
  flush();
  state.tracks.reset();
  state.video_samples = 0;
  state.video_frame = kUsualFrame;
  ++state.generation;
  bool any = false;
  std::optional<Error> refusal;
  for (auto& rendition : state.renditions) {
    auto inputs = choose_tracks(rendition.container(), *tracks, audio_for_browsers);
    any = any || !inputs.empty();
    auto begun = rendition.begin(std::move(inputs), state.generation);
    if (!begun && !refusal) refusal = begun.error();
  }
  if (refusal) return *refusal;
  if (!any) {
    return Error{ErrorCode::kUnsupported,
                 "The programme of channel " + state.channel.value() +
                     " has no track that can be packaged; expected h264, hevc, aac, mp2 or ac3."};
  }
  state.segmenter.restart(tracks->video() != nullptr);
  state.tracks = std::move(tracks);
  state.substitutes = std::move(audio_for_browsers);
  return success();
}

void Packager::add(media::Sample sample, UtcTime date, Origin origin) {
  auto& state = *state_;
  const auto* const track = state.tracks ? state.tracks->find(sample.track) : nullptr;
  if (track == nullptr || track->kind() == media::TrackKind::kText) return;
  const bool substitute = origin == Origin::kSubstitute;
  const bool video = track->kind() == media::TrackKind::kVideo;
  if (!state.in_order(sample, video)) return state.dropped.add();
  if (!substitute) {
    if (video && state.last_video_dts && sample.dts - *state.last_video_dts <= kLongestFrame) {
      state.video_frame = sample.dts - *state.last_video_dts;
    }
    const auto duration = sample.duration > MediaTime{0} ? sample.duration : video ? state.video_frame : MediaTime{0};
    const auto decision = state.segmenter.decide(
        {.video = video, .key = sample.key, .pts = sample.pts, .duration = duration, .bytes = sample.data.size()});
    state.carry_out(decision, sample, date);
    if (!decision.keep) return state.dropped.add();
    if (video) {
      state.last_video_dts = sample.dts;
      ++state.video_samples;
    }
  }
  for (auto& rendition : state.renditions) {
    rendition.add(sample, substitute);
    rendition.advance(state.segmenter.position());
  }
  state.publish();
}

void Packager::discontinuity() {
  state_->close(true);
}

void Packager::flush() {
  state_->close(true);
  for (auto& rendition : state_->renditions) rendition.flush();
  state_->publish();
}

std::shared_ptr<const ChannelSnapshot> Packager::snapshot() const {
  return state_->snapshot.load();
}

}  // namespace grandstand::hls
