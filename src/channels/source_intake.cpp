// SPDX-License-Identifier: MIT
#include "source_intake.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/media/cc_data.hpp>

#include <utility>

namespace grandstand::channels {
namespace {

// Of captions in pictures: the picture's id with this, away from PIDs.
constexpr std::uint32_t kCaptionIds = 0x10'000;
// And of any but CC1 with their page from this bit on.
constexpr unsigned kPageBit = 20;

constexpr std::size_t kMostCues = 16;

std::uint32_t caption_id(std::uint32_t video, int page) {
  return video | kCaptionIds | (page == 1 ? 0 : static_cast<std::uint32_t>(page) << kPageBit);
}

void add_captions(media::TrackSet& tracks, std::uint32_t video, int page) {
  const auto id = caption_id(video, page);
  if (tracks.find(id) != nullptr) return;
  media::Track captions;
  captions.id = id;
  captions.codec = media::Codec::kCea608;
  captions.page = page;
  tracks.tracks.push_back(std::move(captions));
}

}  // namespace

SourceIntake::SourceIntake(ChannelId channel, std::string name, const FailoverSettings& settings,
                           const ingest::FeedSettings& feed, const Clock& clock, IntakeListener& listener,
                           Opener opener)
    : channel_(std::move(channel)),
      name_(std::move(name)),
      clock_(clock),
      listener_(listener),
      opener_(std::move(opener)),
      watch_(settings, feed) {}

SourceIntake::~SourceIntake() {
  close();
}

void SourceIntake::open() {
  if (open_) return;
  open_ = true;
  watch_.open(clock_.steady());
  auto source = opener_(*this, *this);
  if (!source) return on_source_state(ingest::SourceState::kDown, source.error().message);
  source_ = std::move(*source);
  source_->start();
}

void SourceIntake::close() {
  if (!open_) return;
  open_ = false;
  if (source_) source_->stop();
  source_.reset();
  watch_.close();
  if (content_) content_->forget();
  tracks_.reset();
  cues_.clear();
  captioned_ = false;
  services_ = {};
}

SourceHealth SourceIntake::assess() {
  const auto now = clock_.steady();
  if (source_ && watch_.wants_report(now)) watch_.on_report(source_->report(), now);
  watch_.on_content(content_ ? content_->verdict() : ContentJudge::Verdict{});
  return watch_.assess(now);
}

std::optional<ingest::SignalReport> SourceIntake::report() const {
  return source_ ? std::optional(source_->report()) : std::nullopt;
}

void SourceIntake::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  watch_.on_tracks(tracks);
  set_tracks(std::move(tracks));
}

void SourceIntake::set_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  tracks_ = std::move(tracks);
  const auto* const video = tracks_->video();
  if (captioned_ && video != nullptr) {
    auto more = std::make_shared<media::TrackSet>(*tracks_);
    add_captions(*more, video->id, 1);
    for (const int page : services_.found()) add_captions(*more, video->id, page);
    tracks_ = std::move(more);
  }
  listener_.on_intake_tracks(*this);
}

std::vector<media::Sample> SourceIntake::captions_of(const media::Sample& sample) {
  const auto* const video = tracks_ ? tracks_->video() : nullptr;
  if (video == nullptr || video->id != sample.track) return {};
  auto found = media::find_cc_data(sample.data.span(), video->codec);
  if (!found && !captioned_) return {};
  if (!found) found.emplace();
  const bool first = !std::exchange(captioned_, true);
  const bool more = services_.add(sample, *found);
  if (first || more) set_tracks(tracks_);
  // Empty ones, too: they say that time passed.
  media::Sample captions = sample;
  captions.key = true;
  captions.data = found->cea608.empty() ? SharedBytes() : SharedBytes(std::move(found->cea608));
  std::vector<media::Sample> all;
  for (const int page : media::kDecodedPages) {
    captions.track = caption_id(sample.track, page);
    if (tracks_->find(captions.track) != nullptr) all.push_back(captions);
  }
  return all;
}

void SourceIntake::on_sample(media::Sample sample) {
  const auto now = clock_.steady();
  watch_.on_sample(sample, now);
  if (content_ && tracks_) content_->push(sample, *tracks_, now);
  const bool entry = watch_.is_entry(sample, now);
  auto captions = captions_of(sample);
  listener_.on_intake_sample(*this, std::move(sample), entry);
  for (auto& text : captions) listener_.on_intake_sample(*this, std::move(text), false);
}

void SourceIntake::on_discontinuity(std::string reason) {
  cues_.clear();
  listener_.on_intake_discontinuity(*this, std::move(reason));
}

void SourceIntake::on_splice_cue(media::SpliceCue cue) {
  cues_.push_back(cue);
  if (cues_.size() > kMostCues) cues_.pop_front();
  listener_.on_intake_cue(*this, std::move(cue));
}

bool SourceIntake::on_event_information(media::EventInformation information) {
  return listener_.on_intake_events(*this, std::move(information));
}

void SourceIntake::on_source_state(ingest::SourceState state, std::string reason) {
  const bool down = state == ingest::SourceState::kDown;
  auto line = (down ? "down: " : state == ingest::SourceState::kRunning ? "running" : "starting") + reason;
  if (line != state_line_) {
    state_line_ = std::move(line);
    if (down) {
      log::warning("channels", "A source of the channel is down",
                   {{"channel", channel_.value()}, {"source", name_}, {"reason", reason}});
    } else if (state == ingest::SourceState::kRunning) {
      log::info("channels", "A source of the channel is running", {{"channel", channel_.value()}, {"source", name_}});
    }
  }
  if (down) cues_.clear();
  watch_.on_state(state, std::move(reason));
}

}  // namespace grandstand::channels
