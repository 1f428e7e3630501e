// SPDX-License-Identifier: MIT
#include "packager_state.hpp"
#include "snapshot.hpp"

#include <grandstand/base/log.hpp>

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
constexpr MediaTime kUsualSound{1920};
// Of pictures that are farther apart than a segment may be long.
constexpr MediaTime kLongestFrame = std::chrono::milliseconds{500};
// Where pictures are missing for longer, and for longer than usual, they do not go on seamlessly.
constexpr MediaTime kLargestHole = seconds{1};
// Pictures that are further behind the sound than this have stopped: parts end without them.
constexpr MediaTime kVideoLag = seconds{1};
// Durations are written in units of 10 us: rounding must not make a part longer than the target.
constexpr MediaTime kRounding{2};

std::string base36(std::int64_t value) {
  std::string digits;
  for (; value > 0; value /= 36) digits.insert(digits.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36]);
  return digits;
}

// Captions in the pictures are no stream of their own: that they come or go concerns the multivariant playlist only.
bool is_same_media(const media::TrackSet& before, const media::TrackSet& now) {
  const auto media_of = [](const media::TrackSet& set) {
    auto tracks = set.tracks;
    std::erase_if(tracks, [](const media::Track& track) { return track.codec == media::Codec::kCea608; });
    return tracks;
  };
  return media_of(before) == media_of(now);
}

std::optional<MediaTime> planned_part(const Settings& settings) {
  if (!settings.low_latency) return std::nullopt;
  return duration_cast<MediaTime>(settings.part_duration) - kRounding;
}

}  // namespace

// Discontinuities are rare, and hls.js takes seconds over a discontinuity number of nine digits: theirs are minutes
// since 2025.
SequenceNumbers numbers_by_clock(UtcTime started) {
  constexpr std::chrono::sys_days kDiscontinuityEpoch{std::chrono::year{2025} / 1 / 1};
  const auto minutes = duration_cast<std::chrono::minutes>(started - kDiscontinuityEpoch).count();
  return {.media = static_cast<std::uint64_t>(duration_cast<seconds>(started.time_since_epoch()).count()),
          .discontinuity = static_cast<std::uint64_t>(std::max<std::int64_t>(0, minutes))};
}

Packager::State::State(ChannelId id, const Settings& s, UtcTime started, SequenceNumbers at_least, ops::Metrics& m)
    : channel(std::move(id)),
      settings(s),
      metrics(m),
      token("k" + base36(to_unix_ms(started))),
      target(std::chrono::ceil<seconds>(settings.max_segment_duration)),
      segmenter({.segment_duration = duration_cast<MediaTime>(settings.segment_duration),
                 .max_segment_duration = duration_cast<MediaTime>(settings.max_segment_duration)}),
      planner(planned_part(settings)),
      video_frame(kUsualFrame),
      snapshot(std::make_shared<const Snapshot>()) {
  // A restart never counts from lower numbers.
  const auto clock = numbers_by_clock(started);
  next_sequence = std::max(clock.media, at_least.media);
  discontinuity_sequence = std::max(clock.discontinuity, at_least.discontinuity);
  const ops::Labels labels{{"channel", channel.value()}};
  forced_cuts = metrics.counter("grandstand_hls_forced_cuts_total", "Segments cut without a key frame", labels);
  discontinuities = metrics.counter("grandstand_hls_discontinuities_total", "EXT-X-DISCONTINUITY tags written", labels);
  dropped =
      metrics.counter("grandstand_hls_dropped_samples_total",
                      "Samples that fit into no segment: before a key frame, backwards, of another time base", labels);
  splice_cues = metrics.counter("grandstand_hls_splice_cues_total", "Splice cues made into EXT-X-DATERANGE", labels);
  bytes = metrics.gauge("grandstand_hls_segment_bytes", "Memory held by segments", labels);
}

void Packager::State::end_part(MediaTime end, bool last) {
  for (auto& rendition : renditions) rendition->end_part(end, last, lead_samples);
}

void Packager::State::end_segment(MediaTime end) {
  for (const auto part : planner.until(end)) end_part(part, false);
  end_part(end, true);
}

void Packager::State::close(bool broken) {
  if (const auto end = segmenter.close()) end_segment(*end);
  if (broken) fresh = true;
  last_video_dts.reset();
}

void Packager::State::open(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date) {
  auto plan = std::make_shared<SegmentPlan>();
  plan->sequence = next_sequence++;
  plan->fresh = fresh;
  // A rung that comes back otherwise than it went. All renditions have the same discontinuities (RFC 8216 6.2.4).
  const bool changed = std::any_of(renditions.begin(), renditions.end(), [&](const auto& rendition) {
    return rendition->needs_discontinuity(discontinuity_sequence);
  });
  plan->discontinuity = any_segment && (fresh || changed);
  if (plan->discontinuity) {
    ++discontinuity_sequence;
    discontinuities.add();
  }
  plan->discontinuity_sequence = discontinuity_sequence;
  plan->independent = decision.independent;
  plan->start = *decision.start;
  plan->date = date + duration_cast<std::chrono::microseconds>(plan->start - sample.pts);
  for (auto& rendition : renditions) rendition->open(plan);
  planner.open(plan->start, sample.dts);
  fresh = false;
  any_segment = true;
}

void Packager::State::carry_out(const Segmenter::Decision& decision, const media::Sample& sample, UtcTime date) {
  if (decision.end) end_segment(*decision.end);
  if (decision.broken) {
    fresh = true;
    last_video_dts.reset();
  }
  if (decision.start) {
    if (decision.forced) forced_cuts.add();
    open(decision, sample, date);
  }
}

void Packager::State::plan_parts(const media::Sample& sample, bool leads, MediaTime duration) {
  if (!segmenter.is_open()) return;
  const auto ends = leads ? planner.before(sample.dts, duration > MediaTime{0} ? duration : kUsualSound)
                          : planner.until(segmenter.position() - kVideoLag);
  for (const auto end : ends) end_part(end, false);
}

bool Packager::State::resumes(const media::Sample& sample) {
  if (!last_video_dts) return false;
  const auto longest = duration_cast<MediaTime>(settings.max_segment_duration);
  const auto step = sample.dts - *last_video_dts;
  // Of pictures far apart the second one is no sign of a hole.
  const bool late = step > std::max(kLargestHole, last_video_step ? 3 * *last_video_step : longest);
  // A step that was seen once may be a hole.
  video_frame = std::min(step, last_video_step.value_or(kUsualFrame));
  if (video_frame > longest) video_frame = kLongestFrame;
  last_video_step = step;
  return late;
}

bool Packager::State::in_order(const media::Sample& sample, bool lead) {
  const auto position = segmenter.position();
  const bool behind = sample.pts < position - kSameProgramme;
  // Pictures far ahead come after an outage; sound alone far ahead is wrong.
  const bool ahead = !lead && has_video && any_segment && sample.pts > position + kSameProgramme;
  if (behind || ahead) {
    if (++foreign <= kForeignBeforeBelieved) return false;
    close(true);
    for (auto& rendition : renditions) rendition->start_over();
    segmenter.move_to(sample.pts);
  }
  foreign = 0;
  return !lead || !last_video_dts || sample.dts > *last_video_dts;
}

void Packager::State::hand_on(const media::Sample& sample, bool is_derived) {
  for (auto& rendition : renditions) {
    rendition->add(sample, is_derived);
    rendition->advance(segmenter.position());
  }
  publish();
}

void Packager::State::add_original(media::Sample sample, const media::Track& track, UtcTime date) {
  const bool video = track.kind() == media::TrackKind::kVideo;
  const bool lead = video && track.id == leading;
  if (!in_order(sample, lead)) return dropped.add();
  newest = std::max(newest, date);
  if (video && !lead) return hand_on(sample, false);  // another encoding of the leading pictures
  const bool late = video && resumes(sample);
  const auto duration = sample.duration > MediaTime{0} ? sample.duration : video ? video_frame : MediaTime{0};
  const auto decision = segmenter.decide({.video = video,
                                          .key = sample.key,
                                          .resumes = late,
                                          .follows = video && last_video_dts && !late,
                                          .pts = sample.pts,
                                          .duration = duration,
                                          .bytes = sample.data.size()});
  carry_out(decision, sample, date);
  if (!decision.keep) return dropped.add();
  if (!decision.start) plan_parts(sample, track.id == leading, duration);
  if (video) {
    last_video_dts = sample.dts;
    ++lead_samples;
  }
  hand_on(sample, false);
}

void Packager::State::add_derived(const media::Sample& sample) {
  const auto position = segmenter.position();
  if (sample.pts < position - kSameProgramme || sample.pts > position + kSameProgramme) return dropped.add();
  hand_on(sample, true);
}

void Packager::State::add_text(const media::Sample& sample) {
  const auto position = segmenter.position();
  if (sample.pts < position - kSameProgramme || sample.pts > position + kSameProgramme) return dropped.add();
  hand_on(sample, false);
}

void Packager::State::flush_all() {
  close(true);
  for (auto& rendition : renditions) rendition->flush();
}

Packager::Packager(ChannelId channel, Settings settings, UtcTime started, ops::Metrics& metrics,
                   SequenceNumbers at_least)
    : state_(std::make_unique<State>(std::move(channel), settings, started, at_least, metrics)) {}

Packager::~Packager() = default;

void Packager::set_observer(SegmentObserver* observer) {
  state_->observer = observer;
}

void Packager::set_cipher(std::shared_ptr<SegmentCipher> cipher) {
  state_->cipher = std::move(cipher);
  // A part would have to be encrypted apart from its segment; it is not worth twice the bytes.
  state_->settings.low_latency = false;
}

void Packager::keep_sound_apart() {
  state_->sound_apart = true;
}

Status Packager::set_tracks(std::shared_ptr<const media::TrackSet> tracks, std::vector<media::Track> derived) {
  auto& state = *state_;
  if (state.tracks && *state.tracks == *tracks && state.derived == derived) return success();
  auto wanted = compose(state.settings.containers, *tracks, derived, state.sound_apart);
  state.sound_apart = wanted.sound_apart;
  const bool any = !wanted.renditions.empty();
  const bool seamless = state.tracks && is_same_media(*state.tracks, *tracks) && state.keeps_all_of(wanted);
  if (!seamless) {
    state.flush_all();
    state.publish();
    state.tracks.reset();
    state.lead_samples = 0;
    state.video_frame = kUsualFrame;
    state.last_video_step.reset();
  }
  ++state.generation;
  auto adopted = state.adopt(std::move(wanted), seamless);
  state.publish();
  if (!adopted) return adopted;
  if (!any) {
    return Error{ErrorCode::kUnsupported,
                 "The programme of channel " + state.channel.value() +
                     " has no track that can be packaged; expected h264, hevc, av1, aac, opus, mp2, ac3 or eac3, or "
                     "something made of the others."};
  }
  const auto* const video = tracks->video();
  const auto sound = std::find_if(tracks->tracks.begin(), tracks->tracks.end(),
                                  [](const media::Track& track) { return track.kind() == media::TrackKind::kAudio; });
  state.has_video = video != nullptr;
  state.leading.reset();
  if (video != nullptr) {
    state.leading = video->id;
  } else if (sound != tracks->tracks.end()) {
    state.leading = sound->id;
  }
  if (!seamless) state.segmenter.restart(state.has_video);
  state.tracks = std::move(tracks);
  state.derived = std::move(derived);
  return success();
}

void Packager::add(media::Sample sample, UtcTime date, Origin origin) {
  auto& state = *state_;
  if (!state.tracks) return;
  if (origin == Origin::kSubstitute) return state.add_derived(sample);
  const auto* const track = state.tracks->find(sample.track);
  if (track == nullptr) return;
  // Captions stay in the pictures.
  if (track->codec == media::Codec::kCea608) return;
  if (track->kind() == media::TrackKind::kText) return state.add_text(sample);
  state.add_original(std::move(sample), *track, date);
}

void Packager::add_splice_cue(const media::SpliceCue& cue, UtcTime date) {
  auto& state = *state_;
  state.splice_cues.add();
  state.date_ranges.add(cue, date, std::max(state.newest, UtcTime{}));
  state.date_range_list = state.date_ranges.list();
  using Kind = media::SpliceCue::Kind;
  if (cue.kind == Kind::kOut || cue.kind == Kind::kIn) state.segmenter.prefer_cut(cue.pts);
  state.publish(true);
}

void Packager::discontinuity() {
  state_->close(true);
}

void Packager::flush() {
  state_->flush_all();
  ++state_->interruptions;
  state_->publish(true);
}

SequenceNumbers Packager::numbers() const {
  return {state_->next_sequence, state_->discontinuity_sequence};
}

std::shared_ptr<const ChannelSnapshot> Packager::snapshot() const {
  return state_->snapshot.load();
}

const std::shared_ptr<Bell>& Packager::bell() const {
  return state_->bell;
}

}  // namespace grandstand::hls
