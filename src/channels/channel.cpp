// SPDX-License-Identifier: MIT
#include "channel.hpp"

#include <grandstand/base/log.hpp>

#include <utility>
#include <vector>

namespace grandstand::channels {

Channel::Channel(ChannelSettings settings, aio::Loop& loop, const Clock& clock, ops::Metrics& metrics,
                 ingest::RtmpServer* rtmp, const hls::Settings& hls, hls::SegmentObserver* observer)
    : loop_(loop),
      clock_(clock),
      metrics_(metrics),
      rtmp_(rtmp),
      settings_(std::move(settings)),
      packager_(std::make_shared<hls::Packager>(settings_.id, hls, clock.utc(), metrics)) {
  packager_->set_observer(observer);
  const ops::Labels labels{{"channel", settings_.id.value()}};
  live_ = metrics.gauge("grandstand_channel_live", "1 while segments of the channel appear", labels);
  epochs_ = metrics.counter("grandstand_channel_epochs_total", "Epochs of the channel's timeline begun", labels);
  publish_status();
}

Channel::~Channel() = default;

void Channel::start() {
  open_source();
}

void Channel::stop() {
  if (source_) source_->stop();
  source_.reset();
  transcoders_.clear();
  packager_->flush();
  live_.set(0);
}

void Channel::reconfigure(ChannelSettings settings) {
  const bool same_feed = settings.feed == settings_.feed;
  settings_ = std::move(settings);
  if (!same_feed) {
    if (source_) source_->stop();
    source_.reset();
    on_discontinuity("the lineup names another feed");
    open_source();
  }
  publish_status();
}

void Channel::open_source() {
  auto source = ingest::make_source(settings_.feed, {settings_.id, loop_, clock_, metrics_, rtmp_, *this, *this});
  if (!source) {
    on_source_state(ingest::SourceState::kDown, source.error().message);
    return;
  }
  source_ = std::move(*source);
  source_->start();
}

void Channel::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  transcoders_.clear();
  std::vector<media::Track> substitutes;
  for (const auto& track : tracks->tracks) {
    if (track.codec != media::Codec::kMp2 && track.codec != media::Codec::kAc3) continue;
    auto deliver = [this](media::Sample sample) { add_substitute(std::move(sample)); };
    auto worker = TranscodeWorker::create(settings_.id, track, loop_, metrics_, std::move(deliver));
    if (!worker) {
      log::warning("channels", "An audio track cannot be transcoded for browsers",
                   {{"channel", settings_.id.value()}, {"track", track.id}, {"reason", worker.error().message}});
      continue;
    }
    substitutes.push_back((*worker)->output());
    transcoders_.emplace(track.id, std::move(*worker));
  }
  const auto taken = packager_->set_tracks(std::move(tracks), std::move(substitutes));
  const auto refusal = taken ? std::string() : taken.error().message;
  if (refusal == refusal_) return;
  refusal_ = refusal;
  if (!taken)
    log::warning("channels", "The programme cannot be packaged",
                 {{"channel", settings_.id.value()}, {"reason", refusal}});
  publish_status();
}

void Channel::on_sample(media::Sample sample) {
  if (!refusal_.empty()) return;
  const auto stamp = timeline_.map(sample, clock_.utc(), clock_.steady());
  sample.dts = stamp.dts;
  sample.pts = stamp.pts;
  if (stamp.new_epoch) {
    epochs_.add();
    epoch_start_ = stamp.dts;
    packager_->discontinuity();
  }
  // What is of no time base must not reach the encoder's clock; the packager counts it.
  const bool timed = stamp.dts >= media::MediaTime{0};
  if (const auto transcoder = transcoders_.find(sample.track); timed && transcoder != transcoders_.end())
    transcoder->second->push(sample);
  const auto date = timeline_.date(sample.pts);
  packager_->add(std::move(sample), date);
  if (!playable_ && packager_->snapshot()->find("index.m3u8")) {
    playable_ = true;
    publish_status();
  }
}

void Channel::add_substitute(media::Sample sample) {
  // What was on its way through the encoder when an epoch ended has no place in the new one.
  if (!refusal_.empty() || sample.pts < epoch_start_) return;
  const auto date = timeline_.date(sample.pts);
  packager_->add(std::move(sample), date, hls::Packager::Origin::kSubstitute);
}

void Channel::on_discontinuity(std::string reason) {
  log::info("channels", "The channel's feed begins anew", {{"channel", settings_.id.value()}, {"reason", reason}});
  timeline_.break_epoch();
}

void Channel::on_source_state(ingest::SourceState state, std::string reason) {
  if (state == source_state_ && reason == reason_) return;
  const bool was = source_state_ == state;
  source_state_ = state;
  reason_ = std::move(reason);
  if (state == ingest::SourceState::kDown) {
    log::warning("channels", "The channel's feed is down", {{"channel", settings_.id.value()}, {"reason", reason_}});
    if (!was) packager_->flush();
  } else if (state == ingest::SourceState::kRunning && !was) {
    log::info("channels", "The channel's feed is running", {{"channel", settings_.id.value()}});
  }
  publish_status();
}

void Channel::publish_status() {
  auto status = std::make_shared<ChannelStatus>();
  status->id = settings_.id;
  status->name = settings_.name;
  status->number = settings_.number;
  status->group = settings_.group;
  status->logo = settings_.logo;
  if (source_state_ == ingest::SourceState::kDown || !refusal_.empty()) {
    status->state = ChannelState::kDown;
  } else if (source_state_ == ingest::SourceState::kRunning && playable_) {
    status->state = ChannelState::kLive;
  }
  if (status->state != ChannelState::kLive) {
    const auto& why = refusal_.empty() ? reason_ : refusal_;
    status->reason = why.empty() ? "the first pictures are on their way" : why;
  }
  live_.set(status->state == ChannelState::kLive ? 1 : 0);
  status_.store(std::move(status));
}

}  // namespace grandstand::channels
