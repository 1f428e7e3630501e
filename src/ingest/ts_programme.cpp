// SPDX-License-Identifier: MIT
#include "ts_programme.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::ingest {

namespace {

constexpr media::MediaTime kMaxStep = std::chrono::seconds{1};

bool is_same(const TsStream& stream, const PmtStream& described) {
  return stream.track().id == described.pid && stream.track().codec == *described.codec;
}

bool is_text(const TsStream& stream) {
  return stream.track().kind() == media::TrackKind::kText;
}

// The first video stream; one that needs decoding only when there is no other.
const PmtStream* choose_video(const Pmt& pmt) {
  const PmtStream* choice = nullptr;
  for (const PmtStream& stream : pmt.streams) {
    if (!stream.codec || media::kind_of(*stream.codec) != media::TrackKind::kVideo) continue;
    if (*stream.codec != media::Codec::kMpeg2Video) return &stream;
    if (choice == nullptr) choice = &stream;
  }
  return choice;
}

}  // namespace

void TsProgramme::update(const Pmt& pmt) {
  known_ = true;
  pmt_ = pmt;
  pcr_pid_ = pmt.pcr_pid;
  const std::vector<const PmtStream*> taken = playable(pmt_);
  // What ends gives its last units while all is as it was announced.
  for (const auto& old : streams_) {
    const bool stays = std::ranges::any_of(taken, [&old](const PmtStream* stream) { return is_same(*old, *stream); });
    if (stays) continue;
    old->finish();
    drop_held(old->track().id);
  }
  std::vector<std::unique_ptr<TsStream>> before;
  before.swap(streams_);
  bool fresh = false;
  for (const PmtStream* stream : taken) {
    const auto same = std::ranges::find_if(before, [stream](const auto& old) { return old && is_same(*old, *stream); });
    if (same != before.end()) {
      streams_.push_back(std::move(*same));
      streams_.back()->describe(*stream);
    } else {
      streams_.push_back(std::make_unique<TsStream>(*stream, static_cast<TsStreamEvents&>(*this), counts_));
      fresh = true;
    }
  }
  if (fresh) begin_wait();
  announce_if_ready();
}

std::vector<const PmtStream*> TsProgramme::playable(const Pmt& pmt) {
  std::vector<const PmtStream*> taken;
  unplayable_.clear();
  const PmtStream* const video = choose_video(pmt);
  std::size_t audio = 0;
  std::size_t texts = 0;
  for (const PmtStream& stream : pmt.streams) {
    const bool twice = std::ranges::any_of(taken, [&](const PmtStream* other) { return other->pid == stream.pid; });
    if (twice) continue;
    if (!stream.codec) {
      if (!stream.description.empty()) unplayable_.push_back(stream.description);
      continue;
    }
    const media::TrackKind kind = media::kind_of(*stream.codec);
    if (kind == media::TrackKind::kVideo && &stream != video) continue;
    if (kind == media::TrackKind::kAudio && ++audio > kMaxAudioStreams) continue;
    if (kind == media::TrackKind::kText && ++texts > kMaxTextStreams) continue;
    taken.push_back(&stream);
  }
  return taken;
}

TsStream* TsProgramme::find(std::uint16_t pid) {
  for (const auto& stream : streams_) {
    if (stream->track().id == pid) return stream.get();
  }
  return nullptr;
}

void TsProgramme::push(const TsPacket& packet) {
  if (packet.pid == pcr_pid_ && packet.pcr) {
    if (packet.discontinuity) time_base_changes_ = true;
    unwrap(*packet.pcr);
  }
  TsStream* stream = find(packet.pid);
  if (stream == nullptr) return;
  // The pictures under way belong to the old time base; the new one begins with the next one.
  if (time_base_changes_ && packet.unit_start && leads(*stream)) change_time_base();
  stream->push(packet);
}

bool TsProgramme::leads(const TsStream& stream) const {
  const auto is_video = [](const auto& s) { return s->track().kind() == media::TrackKind::kVideo; };
  return is_video(&stream) || (!is_text(stream) && std::ranges::none_of(streams_, is_video));
}

void TsProgramme::change_time_base() {
  time_base_changes_ = false;
  for (const auto& stream : streams_) stream->finish();
  last_time_.reset();
  if (announced_) sink_.on_discontinuity("discontinuity_indicator is set");
}

void TsProgramme::tick(SteadyTime now) {
  if (!waiting_) return;
  if (!wait_began_) wait_began_ = now;
  waited_ = std::chrono::duration_cast<std::chrono::milliseconds>(now - *wait_began_);
  announce_if_ready();
}

void TsProgramme::finish() {
  for (const auto& stream : streams_) stream->finish();
  if (waiting_) announce();
}

void TsProgramme::drop_partial() {
  for (const auto& stream : streams_) stream->drop_partial();
  last_time_.reset();
}

void TsProgramme::clear() {
  finish();
  streams_.clear();
  unplayable_.clear();
  pmt_ = {};
  known_ = waiting_ = time_base_changes_ = false;
  pcr_pid_ = kNullPid;
  held_.clear();
  held_bytes_ = 0;
  if (announced_) sink_.on_discontinuity("another programme is taken");
  announced_.reset();
  last_time_.reset();
}

std::string TsProgramme::trouble() const {
  if (std::ranges::all_of(streams_, [](const auto& s) { return is_text(*s); })) {
    if (unplayable_.empty()) return "the programme carries neither pictures nor sound";
    std::string text = "the programme carries nothing playable: ";
    for (std::size_t i = 0; i < unplayable_.size(); ++i) text += (i == 0 ? "" : ", ") + unplayable_[i];
    return text;
  }
  const auto all = [this](auto predicate) {
    return std::ranges::all_of(streams_, [&](const auto& s) { return is_text(*s) || predicate(s); });
  };
  const auto any = [this](auto predicate) { return std::ranges::any_of(streams_, predicate); };
  if (all([](const auto& s) { return !s->heard(); })) return "none of the programme's streams arrives";
  if (any([](const auto& s) { return s->scrambled(); })) return "scrambled";
  if (any([](const auto& s) { return s->foreign(); })) {
    return "the programme's audio is not of the kind that its PMT says (MPEG layer III, or AAC of an unusual "
           "form)";
  }
  if (all([](const auto& s) { return !s->configured(); })) {
    return "no stream of the programme has shown its parameters (SPS and PPS, audio header)";
  }
  return {};
}

media::MediaTime TsProgramme::unwrap(std::uint64_t time_stamp) {
  const media::MediaTime time = clock_.unwrap(time_stamp);
  if (waiting_ && last_time_) {
    const auto step = time - *last_time_;
    if (step > media::MediaTime{0} && step < kMaxStep) media_waited_ += step;
    if (step > media::MediaTime{0}) announce_if_ready();
  }
  if (!last_time_ || time > *last_time_ || *last_time_ - time > kMaxStep) last_time_ = time;
  return time;
}

void TsProgramme::begin_wait() {
  waiting_ = true;
  media_waited_ = media::MediaTime{0};
  wait_began_.reset();
  waited_ = std::chrono::milliseconds{0};
}

bool TsProgramme::wait_is_over(const TsStream& stream) const {
  const auto patience = stream.heard() ? kConfigurationPatience : kSilentPatience;
  return media_waited_ >= patience || waited_ >= patience;
}

void TsProgramme::announce_if_ready() {
  const bool ready = std::ranges::all_of(
      streams_, [this](const auto& stream) { return stream->configured() || !waiting_ || wait_is_over(*stream); });
  if (ready) announce();
}

void TsProgramme::announce() {
  auto tracks = std::make_shared<media::TrackSet>();
  for (const auto& stream : streams_) {
    if (stream->configured()) tracks->tracks.push_back(stream->track());
  }
  const auto& all = tracks->tracks;
  if (std::ranges::all_of(all, [](const media::Track& t) { return t.kind() == media::TrackKind::kText; })) return;
  waiting_ = false;
  if (!announced_ || *announced_ != *tracks) {
    announced_ = std::move(tracks);
    sink_.on_tracks(announced_);
  }
  give_held();
}

void TsProgramme::on_configured(TsStream& stream) {
  // A change of what was announced has to be said before its next sample; a stream that comes late as soon as it is
  // there.
  if (!waiting_ || is_announced(stream)) return announce();
  announce_if_ready();
}

bool TsProgramme::is_announced(const TsStream& stream) const {
  const media::Track* track = announced_ ? announced_->find(stream.track().id) : nullptr;
  return track != nullptr && track->codec == stream.track().codec;
}

void TsProgramme::on_unit(TsStream& stream, media::Sample sample) {
  if (is_announced(stream)) {
    sink_.on_sample(std::move(sample));
  } else {
    hold(std::move(sample));
  }
}

void TsProgramme::hold(media::Sample sample) {
  held_bytes_ += sample.data.size();
  held_.push_back(std::move(sample));
  if (held_.size() <= kMaxWaitingSamples && held_bytes_ <= kMaxWaitingBytes) return;
  announce();
  while (held_.size() > kMaxWaitingSamples || held_bytes_ > kMaxWaitingBytes) {
    held_bytes_ -= held_.front().data.size();
    held_.pop_front();
    ++counts_.dropped_samples;
  }
}

void TsProgramme::drop_held(std::uint32_t track) {
  std::erase_if(held_, [track](const media::Sample& sample) { return sample.track == track; });
  held_bytes_ = 0;
  for (const media::Sample& sample : held_) held_bytes_ += sample.data.size();
}

void TsProgramme::give_held() {
  if (!announced_ || held_.empty()) return;
  std::deque<media::Sample> held;
  held.swap(held_);
  held_bytes_ = 0;
  for (media::Sample& sample : held) {
    if (announced_->find(sample.track) != nullptr) sink_.on_sample(std::move(sample));
  }
}

}  // namespace grandstand::ingest
