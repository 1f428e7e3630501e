// SPDX-License-Identifier: MIT
#include "ts_receiver.hpp"

#include <grandstand/base/log.hpp>

#include <utility>

namespace grandstand::ingest {

TsReceiver::TsReceiver(const FeedSettings& feed, ChannelId channel, media::SampleSink& sink, SourceObserver& observer)
    : url_(feed.url),
      channel_(std::move(channel)),
      silence_timeout_(feed.silence_timeout),
      sink_(sink),
      observer_(observer),
      demuxer_(feed.program, *this),
      reader_(demuxer_, feed.pid_timeout),
      watch_(silence_timeout_, SteadyTime{}) {}

void TsReceiver::start(SteadyTime now) {
  now_ = now;
  watch_ = FeedWatch(silence_timeout_, now);
  observer_.on_source_state(SourceState::kStarting, {});
}

void TsReceiver::push(std::span<const std::uint8_t> datagram, SteadyTime now,
                      std::optional<ArrivalMeter::Time> arrived) {
  now_ = now;
  watch_.on_datagram(now);
  if (!stopped_) reader_.push(datagram, now, arrived);
}

void TsReceiver::tick(SteadyTime now) {
  now_ = now;
  if (!stopped_) reader_.tick(now);
  if (!stopped_ && now >= next_watch_) watch(now);
}

void TsReceiver::fail(std::string reason) {
  tell(watch_.on_failure(std::move(reason)));
}

void TsReceiver::watch(SteadyTime now) {
  next_watch_ = now + kWatchInterval;
  tell(watch_.tick(now, [this] { return demuxer_.trouble(); }));
}

void TsReceiver::tell(const std::optional<FeedWatch::Change>& change) {
  if (!change || stopped_) return;
  if (change->state == SourceState::kDown) {
    // What comes next comes after a hole, perhaps from an encoder that began anew.
    reader_.forget();
    demuxer_.drop_partial();
    log::warning("ingest", "source is down",
                 {{"channel", channel_.value()}, {"feed", log::redact(url_)}, {"reason", change->reason}});
  } else if (change->state == SourceState::kRunning) {
    log::info("ingest", "source runs", {{"channel", channel_.value()}, {"feed", log::redact(url_)}});
  }
  observer_.on_source_state(change->state, change->reason);
}

void TsReceiver::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  if (!stopped_) sink_.on_tracks(std::move(tracks));
}

void TsReceiver::on_sample(media::Sample sample) {
  if (stopped_) return;
  const bool was_down = watch_.state() == SourceState::kDown;
  if (const auto change = watch_.on_sample(now_)) {
    if (was_down) sink_.on_discontinuity("the source came back");
    tell(change);
    if (stopped_) return;
  }
  sink_.on_sample(std::move(sample));
}

void TsReceiver::on_discontinuity(std::string reason) {
  if (!stopped_) sink_.on_discontinuity(std::move(reason));
}

void TsReceiver::on_splice_cue(media::SpliceCue cue) {
  if (!stopped_) sink_.on_splice_cue(std::move(cue));
}

bool TsReceiver::on_event_information(media::EventInformation information) {
  return stopped_ || sink_.on_event_information(std::move(information));
}

SignalReport TsReceiver::report() const {
  SignalReport report;
  reader_.fill(report, now_);
  report.trouble = demuxer_.trouble();
  return report;
}

}  // namespace grandstand::ingest
