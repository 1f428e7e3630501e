// SPDX-License-Identifier: MIT
#include "channel.hpp"

#include "slate_source.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::channels {
namespace {

constexpr std::chrono::milliseconds kTick{200};
// Some seconds: encoders open faster, or never.
constexpr std::size_t kMostHeld = 1'000;
constexpr media::MediaTime kFarthestCue = std::chrono::minutes{10};

}  // namespace

Channel::Channel(ChannelSettings settings, ChannelParts parts)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      watch_(settings_.id, parts_.metrics, parts_.clock, parts_.observer),
      packager_(std::make_shared<hls::Packager>(settings_.id, parts_.hls, parts_.clock.utc(), parts_.metrics,
                                                parts_.numbers_at_least)),
      derived_({settings_.id, parts_.loop, parts_.clock, parts_.metrics,
                [this](media::Sample sample) { add_derived(std::move(sample)); }, [this] { use_derived(); }}),
      captions_(settings_.id, parts_.loop, parts_.metrics,
                [this](media::Sample sample) { add_derived(std::move(sample)); }) {
  packager_->set_observer(&watch_.segments());
  if (!parts_.segment_secret.empty()) {
    const auto cipher = std::make_shared<hls::SegmentCipher>(settings_.id, parts_.segment_secret,
                                                             settings_.encryption.rotation, parts_.clock.utc());
    if (settings_.encryption.enabled) packager_->set_cipher(cipher);
    keys_ = cipher;
  }
  const ops::Labels labels{{"channel", settings_.id.value()}};
  auto& metrics = parts_.metrics;
  live_ = metrics.gauge("grandstand_channel_live", "1 while segments of the channel's programme appear", labels);
  on_slate_ = metrics.gauge("grandstand_channel_slate", "1 while the slate is on air", labels);
  epochs_ = metrics.counter("grandstand_channel_epochs_total", "Epochs of the channel's timeline begun", labels);
  switched_ = metrics.counter("grandstand_channel_switches_total", "Changes of what is on air", labels);
  replace_inputs(settings_);
  replace_thumbnails();
  publish_status();
}

Channel::~Channel() = default;

void Channel::start() {
  running_ = true;
  ticker_ = std::make_unique<aio::Ticker>(parts_.loop, kTick, [this] { tick(); });
  tick();
}

void Channel::stop() {
  running_ = false;
  ticker_.reset();
  for (auto& input : inputs_) input.intake->close();
  if (slate_) slate_->close();
  on_air_ = nullptr;
  derived_.clear();
  captions_.clear();
  held_.clear();
  packager_->flush();
  live_.set(0);
  on_slate_.set(0);
}

void Channel::reconfigure(ChannelSettings settings) {
  const bool same = settings.sources == settings_.sources && settings.failover == settings_.failover;
  const bool encoded_anew = settings.encoding != settings_.encoding;
  const bool other_thumbnails = settings.thumbnails != settings_.thumbnails || settings.radio != settings_.radio;
  if (same) {
    settings_ = std::move(settings);
    if (encoded_anew && on_air_ != nullptr) use_tracks(on_air_->tracks());
  } else {
    replace_inputs(std::move(settings));
  }
  if (other_thumbnails) replace_thumbnails();
  if (running_) tick();
}

void Channel::replace_thumbnails() {
  thumbnails_.reset();
  if (settings_.thumbnails.enabled && !settings_.radio) {
    thumbnails_ = std::make_unique<ThumbnailWorker>(settings_.id, settings_.thumbnails, parts_.metrics);
    if (on_air_ != nullptr) thumbnails_->set_track(on_air_->tracks()->video());
  }
  side_->offer(thumbnails_ ? thumbnails_->files() : nullptr);
}

Channel::Input Channel::make_input(const ingest::FeedSettings& feed, std::size_t index) {
  auto opener = [this, feed](media::SampleSink& sink, ingest::SourceObserver& observer) {
    return parts_.make_source(feed,
                              {settings_.id, parts_.loop, parts_.clock, parts_.metrics, parts_.rtmp, sink, observer});
  };
  return {
      feed,
      std::make_unique<SourceIntake>(settings_.id, "", settings_.failover, feed, parts_.clock, *this,
                                     std::move(opener)),
      parts_.metrics.gauge("grandstand_channel_source_health", "0 (gives nothing) to 100 (well), by place in the list",
                           {{"channel", settings_.id.value()}, {"source", std::to_string(index + 1)}})};
}

std::unique_ptr<ContentWatch> Channel::make_content_watch() const {
  const auto& failover = settings_.failover;
  const ContentWatch::Wishes wishes{
      .pictures = failover.black_picture.count() > 0 || failover.frozen_picture.count() > 0,
      .sound = failover.silent_sound.count() > 0};
  if (!wishes.pictures && !wishes.sound) return nullptr;
  return std::make_unique<ContentWatch>(settings_.id, wishes, parts_.loop, parts_.metrics);
}

void Channel::replace_slate(const std::string& slate) {
  if (on_air_ == slate_.get()) on_air_ = nullptr;
  slate_.reset();
  const bool builtin = slate == "builtin";
  slate_is_file_ = !builtin;
  if (slate == "none" || (builtin && parts_.slates == nullptr)) return;
  ingest::FeedSettings file;
  file.url = "file:" + slate;
  auto opener = [this, builtin, file](media::SampleSink& sink,
                                      ingest::SourceObserver& observer) -> Result<std::unique_ptr<ingest::Source>> {
    if (!builtin) {
      return parts_.make_source(file,
                                {settings_.id, parts_.loop, parts_.clock, parts_.metrics, parts_.rtmp, sink, observer});
    }
    return std::unique_ptr<ingest::Source>(std::make_unique<SlateSource>(programme_ ? *programme_ : media::TrackSet{},
                                                                         settings_.radio, *parts_.slates, parts_.loop,
                                                                         parts_.clock, sink, observer));
  };
  slate_ = std::make_unique<SourceIntake>(settings_.id, "slate", settings_.failover, file, parts_.clock, *this,
                                          std::move(opener));
}

void Channel::play_slate() {
  slate_->open();
  if (!slate_is_file_ || parts_.slates == nullptr) return;
  const auto health = slate_->assess();
  if (health.verdict != SourceHealth::Verdict::kFailing) return;
  log::warning("channels", "The slate cannot be played: the built-in one takes its place",
               {{"channel", settings_.id.value()}, {"slate", settings_.failover.slate}, {"reason", health.reason}});
  replace_slate("builtin");
  slate_->open();
}

void Channel::replace_inputs(ChannelSettings settings) {
  const bool same_slate = slate_ && settings.failover.slate == settings_.failover.slate;
  settings_ = std::move(settings);
  if (!same_slate) replace_slate(settings_.failover.slate);
  auto before = std::exchange(inputs_, {});
  std::size_t on_air = 0;
  for (std::size_t i = 0; i < settings_.sources.size(); ++i) {
    auto input = make_input(settings_.sources[i], i);
    const auto same = std::find_if(before.begin(), before.end(),
                                   [&](const Input& b) { return b.intake && b.feed == settings_.sources[i]; });
    if (same != before.end()) input.intake = std::move(same->intake);
    input.intake->rename("source " + std::to_string(i + 1));
    input.intake->watch().set_settings(settings_.failover);
    input.intake->watch_content(make_content_watch());
    if (input.intake.get() == on_air_) on_air = i;
    inputs_.push_back(std::move(input));
  }
  for (auto& gone : before) {
    gone.health.set(0);
    if (gone.intake && gone.intake.get() == on_air_) on_air_ = nullptr;
  }
  watch_.set_sources(inputs_.size());
  auto failover = settings_.failover;
  if (!slate_) failover.slate = "none";
  const auto seed = static_cast<std::uint32_t>(std::hash<std::string>{}(settings_.id.value()));
  failover_ = std::make_unique<Failover>(failover, inputs_.size(), on_air, parts_.clock.steady(), seed);
  health_.assign(inputs_.size(), {});
}

void Channel::select_source(std::optional<std::size_t> source) {
  if (!running_ || (source && *source >= inputs_.size())) return;
  failover_->select(source, parts_.clock.steady());
  tick();
}

void Channel::tick() {
  decide();
  open_and_close();
  const auto on_air =
      std::find_if(inputs_.begin(), inputs_.end(), [&](const Input& input) { return input.intake.get() == on_air_; });
  const bool failing = on_air != inputs_.end() && health_[static_cast<std::size_t>(on_air - inputs_.begin())].verdict ==
                                                      SourceHealth::Verdict::kFailing;
  if (failing && !failing_) packager_->flush();
  failing_ = failing;
  publish_status();
  if (watch_.is_due()) watch();
}

void Channel::decide() {
  const auto now = parts_.clock.steady();
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    health_[i] = inputs_[i].intake->assess();
    inputs_[i].health.set(health_[i].score);
  }
  failover_->update(health_, now);
}

void Channel::open_and_close() {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    auto& intake = *inputs_[i].intake;
    if (failover_->wants_open(i)) {
      intake.open();
    } else if (&intake != on_air_) {
      intake.close();
    }
  }
  if (!slate_) return;
  if (wanted() == slate_.get()) {
    play_slate();
  } else if (on_air_ != slate_.get()) {
    slate_->close();
    const auto& slate = settings_.failover.slate;
    if (!slate_is_file_ && slate != "builtin") replace_slate(slate);  // it may play the next time
  }
}

SourceIntake* Channel::wanted() const {
  const auto index = failover_->on_air();
  return index ? inputs_[*index].intake.get() : slate_.get();
}

void Channel::take_over(SourceIntake& intake) {
  if (on_air_ != nullptr) {
    ++switches_;
    switched_.add();
  }
  on_air_ = &intake;
  log::info("channels", "The channel is on another source",
            {{"channel", settings_.id.value()}, {"source", intake.name()}, {"reason", failover_->reason()}});
  failing_ = false;
  timeline_.break_epoch();
  cues_due_ = true;
  use_tracks(intake.tracks());
}

void Channel::use_tracks(const std::shared_ptr<const media::TrackSet>& tracks) {
  held_.clear();
  derived_.set_tracks(tracks, settings_.encoding);
  if (derived_.has_ladder()) packager_->keep_sound_apart();
  texts_ = captions_.set_tracks(*tracks);
  if (thumbnails_) thumbnails_->set_track(tracks->video());
  use_derived();
}

void Channel::use_derived() {
  if (on_air_ == nullptr) return;
  if (derived_.awaited()) return refusal_.clear();
  auto made = derived_.made();
  made.insert(made.end(), texts_.begin(), texts_.end());
  const auto taken = packager_->set_tracks(derived_.originals(), std::move(made));
  auto refusal = taken ? std::string() : taken.error().message;
  if (!refusal.empty()) {
    on_air_->watch().refuse(refusal);
    if (refusal != refusal_) {
      log::warning("channels", "The programme cannot be packaged",
                   {{"channel", settings_.id.value()}, {"source", on_air_->name()}, {"reason", refusal}});
    }
  }
  refusal_ = std::move(refusal);
  auto held = std::exchange(held_, {});
  if (!refusal_.empty()) return;
  if (on_air_ != slate_.get()) programme_ = on_air_->tracks();
  for (auto& sample : held) package(std::move(sample));
}

void Channel::on_intake_tracks(SourceIntake& intake) {
  if (&intake == on_air_) use_tracks(intake.tracks());
}

void Channel::on_intake_sample(SourceIntake& intake, media::Sample sample, bool entry) {
  if (entry && &intake != on_air_) {
    decide();
    if (wanted() == &intake) take_over(intake);
  }
  if (&intake != on_air_ || !refusal_.empty()) return;
  const bool text = intake.tracks() && intake.tracks()->is_text(sample.track);
  const auto own_time = sample.pts;
  const auto stamp = timeline_.map(sample, parts_.clock.utc(), parts_.clock.steady(),
                                   text ? media::Timeline::Role::kFollows : media::Timeline::Role::kLeads);
  sample.dts = stamp.dts;
  sample.pts = stamp.pts;
  if (stamp.new_epoch) {
    held_.clear();
    epochs_.add();
    epoch_start_ = stamp.dts;
    packager_->discontinuity();
  }
  // What is of no time base must not reach the encoder's clock; the packager counts it.
  if (stamp.dts >= media::MediaTime{0}) {
    derived_.push(sample);
    captions_.push(sample);
  }
  if (std::exchange(cues_due_, false)) repeat_cues(intake, own_time);
  if (thumbnails_) thumbnails_->push(sample, timeline_.date(sample.pts));
  if (!derived_.awaited()) return package(std::move(sample));
  if (held_.size() < kMostHeld) held_.push_back(std::move(sample));
}

void Channel::package(media::Sample sample) {
  const auto date = timeline_.date(sample.pts);
  packager_->add(std::move(sample), date);
  if (!playable_ && packager_->snapshot()->find("index.m3u8")) {
    playable_ = true;
    publish_status();
  }
}

void Channel::add_derived(media::Sample sample) {
  // What was on its way through the encoder when an epoch ended has no place in the new one.
  if (!refusal_.empty() || sample.pts < epoch_start_) return;
  const auto date = timeline_.date(sample.pts);
  packager_->add(std::move(sample), date, hls::Packager::Origin::kSubstitute);
}

void Channel::on_intake_discontinuity(SourceIntake& intake, std::string reason) {
  if (&intake != on_air_) return;
  log::info("channels", "The channel's feed begins anew", {{"channel", settings_.id.value()}, {"reason", reason}});
  timeline_.break_epoch();
}

void Channel::on_intake_cue(SourceIntake& intake, media::SpliceCue cue) {
  if (&intake != on_air_ || !refusal_.empty()) return;
  // Before the first picture of an epoch nothing of its time is known.
  const auto time = timeline_.channel_time(cue.pts);
  if (!time) return;
  cue.pts = *time;
  packager_->add_splice_cue(cue, timeline_.date(cue.pts));
}

// Those that came while another source was on air, and are to come. What lies farther ahead than anybody tells of
// breaks is of another time base.
void Channel::repeat_cues(SourceIntake& intake, media::MediaTime now) {
  for (const auto& cue : intake.cues()) {
    if (cue.pts >= now && cue.pts - now <= kFarthestCue) on_intake_cue(intake, cue);
  }
}

bool Channel::on_intake_events(SourceIntake& intake, media::EventInformation information) {
  // The guide may come before the first picture.
  if (&intake != on_air_ && on_air_ != nullptr) return false;
  if (parts_.on_event_information) parts_.on_event_information(settings_.id, std::move(information));
  return true;
}

ChannelState Channel::state() const {
  const auto wanted_index = failover_->on_air();
  const bool awaited_fails =
      on_air_ == nullptr && wanted_index && health_[*wanted_index].verdict == SourceHealth::Verdict::kFailing;
  if (on_air_ != nullptr && on_air_ == slate_.get() && playable_) return ChannelState::kSlate;
  if (failing_ || awaited_fails || !refusal_.empty()) return ChannelState::kDown;
  return on_air_ != nullptr && playable_ ? ChannelState::kLive : ChannelState::kStarting;
}

std::string Channel::why_not_live() const {
  if (!refusal_.empty()) return refusal_;
  std::string reason;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (health_[i].usable() || health_[i].reason.empty()) continue;
    if (!reason.empty()) reason += "; ";
    if (inputs_.size() > 1) reason += inputs_[i].intake->name() + ": ";
    reason += health_[i].reason;
  }
  if (slate_ && slate_->watch().state() == ingest::SourceState::kDown) {
    reason += "; slate: " + slate_->watch().assess(parts_.clock.steady()).reason;
  }
  return reason.empty() ? "the first pictures are on their way" : reason;
}

void Channel::publish_status() {
  auto status = std::make_shared<ChannelStatus>();
  status->id = settings_.id;
  status->name = settings_.name;
  status->number = settings_.number;
  status->group = settings_.group;
  status->logo = settings_.logo;
  status->state = state();
  if (status->state != ChannelState::kLive) status->reason = why_not_live();
  status->switches = switches_;
  status->trouble = derived_.trouble();
  status->ladder_failed = derived_.ladder_failed();
  status->radio = settings_.radio;
  status->numbers = packager_->numbers();
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto& health = health_[i];
    const bool on_air = inputs_[i].intake.get() == on_air_;
    using Verdict = SourceHealth::Verdict;
    status->sources.push_back({.url = log::redact(inputs_[i].feed.url),
                               .state = health.verdict == Verdict::kClosed    ? "standby"
                                        : health.verdict == Verdict::kOpening ? "starting"
                                        : health.verdict == Verdict::kFailing ? "failing"
                                                                              : "running",
                               .reason = health.reason,
                               .health = health.score,
                               .on_air = on_air,
                               // What was chosen comes at its next key frame; until then the one before goes on.
                               .chosen = on_air && failover_ && failover_->pinned() && failover_->on_air() == i});
  }
  live_.set(status->state == ChannelState::kLive ? 1 : 0);
  on_slate_.set(status->state == ChannelState::kSlate ? 1 : 0);
  if (const auto before = status_.load(); before && *before == *status) return;
  status_.store(std::move(status));
}

void Channel::watch() {
  std::vector<std::optional<ingest::SignalReport>> reports;
  for (const auto& input : inputs_) reports.push_back(input.intake->report());
  watch_.update(*status_.load(), reports);
}

}  // namespace grandstand::channels
