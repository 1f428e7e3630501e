// SPDX-License-Identifier: MIT
#include "udp_source.hpp"

#include <grandstand/base/log.hpp>

#include <functional>
#include <utility>

namespace grandstand::ingest {

UdpSource::UdpSource(FeedSettings feed, FeedAddress address, SourceContext context)
    : feed_(std::move(feed)),
      address_(address),
      context_(context),
      demuxer_(feed_.program, *this),
      reader_(demuxer_, feed_.pid_timeout),
      metrics_(context_.metrics, context_.channel),
      watch_(feed_.silence_timeout, context_.clock.steady()),
      back_off_(feed_back_off(context_.channel.value(), feed_.url)) {}

void UdpSource::start() {
  now_ = context_.clock.steady();
  watch_ = FeedWatch(feed_.silence_timeout, now_);
  context_.observer.on_source_state(SourceState::kStarting, {});
  open(now_);
  ticker_ = std::make_unique<aio::Ticker>(context_.loop, kReceiveInterval, [this] { tick(context_.clock.steady()); });
}

void UdpSource::stop() {
  stopped_ = true;
  ticker_.reset();
  update_metrics();
  // A receiver of samples may stop this source in the middle of a drain.
  if (!ticking_) socket_.reset();
}

void UdpSource::tick(SteadyTime now) {
  now_ = now;
  ticking_ = true;
  work(now);
  ticking_ = false;
  if (stopped_) socket_.reset();
}

void UdpSource::work(SteadyTime now) {
  if (socket_) {
    receive(now);
  } else if (now >= next_open_) {
    open(now);
  }
  if (stopped_) return;
  if (now >= next_watch_) watch(now);
  if (now >= next_metrics_) {
    next_metrics_ = now + kMetricsInterval;
    update_metrics();
  }
}

void UdpSource::open(SteadyTime now) {
  if (socket_) earlier_drops_ += socket_->kernel_drops();
  socket_.reset();
  opened_ = now;
  Result<UdpSocket> socket = UdpSocket::open(address_, feed_.interface);
  if (socket) {
    socket_.emplace(std::move(socket).value());
    back_off_.reset();
    return;
  }
  next_open_ = now + back_off_.next();
  tell(watch_.on_failure(socket.error().message));
}

void UdpSource::receive(SteadyTime now) {
  bool any = false;
  socket_->drain(kMaxBytesPerTick,
                 [&](std::span<const std::uint8_t> datagram, std::optional<std::chrono::nanoseconds> arrived) {
                   any = true;
                   if (!stopped_) reader_.push(datagram, now, arrived);
                 });
  if (any) watch_.on_datagram(now);
  reader_.tick(now);
}

void UdpSource::watch(SteadyTime now) {
  next_watch_ = now + kWatchInterval;
  if (!socket_) return;
  const auto change = watch_.tick(now, [this] { return demuxer_.trouble(); });
  if (change && change->state == SourceState::kDown) {
    // What comes next comes after a hole, perhaps from an encoder that began anew.
    reader_.forget();
    demuxer_.drop_partial();
  }
  tell(change);
  // Interfaces come and go, and take memberships with them.
  if (now - watch_.last_datagram() >= kReopenAfter && now - opened_ >= kReopenAfter) open(now);
}

void UdpSource::tell(const std::optional<FeedWatch::Change>& change) {
  if (!change) return;
  if (change->state == SourceState::kDown) {
    log::warning("ingest", "source is down",
                 {{"channel", context_.channel.value()}, {"feed", log::redact(feed_.url)}, {"reason", change->reason}});
  } else if (change->state == SourceState::kRunning) {
    log::info("ingest", "source runs", {{"channel", context_.channel.value()}, {"feed", log::redact(feed_.url)}});
  }
  context_.observer.on_source_state(change->state, change->reason);
}

void UdpSource::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  if (!stopped_) context_.sink.on_tracks(std::move(tracks));
}

void UdpSource::on_sample(media::Sample sample) {
  if (stopped_) return;
  const bool was_down = watch_.state() == SourceState::kDown;
  if (const auto change = watch_.on_sample(now_)) {
    if (was_down) context_.sink.on_discontinuity("the source came back");
    tell(change);
    if (stopped_) return;
  }
  context_.sink.on_sample(std::move(sample));
}

void UdpSource::on_discontinuity(std::string reason) {
  if (!stopped_) context_.sink.on_discontinuity(std::move(reason));
}

void UdpSource::on_splice_cue(media::SpliceCue cue) {
  if (!stopped_) context_.sink.on_splice_cue(std::move(cue));
}

void UdpSource::on_event_information(media::EventInformation information) {
  if (!stopped_) context_.sink.on_event_information(std::move(information));
}

SignalReport UdpSource::report() const {
  SignalReport report;
  reader_.fill(report, now_);
  report.kernel_drops = kernel_drops();
  report.trouble = demuxer_.trouble();
  return report;
}

void UdpSource::update_metrics() {
  metrics_.update(reader_, demuxer_);
  // Where it begins only: it may go on for days.
  const std::uint64_t garbage = reader_.counts().garbage - std::exchange(garbage_told_, reader_.counts().garbage);
  if (garbage > 0 && !garbage_now_) {
    log::warning("ingest", "Datagrams that hold no MPEG-TS are dropped",
                 {{"channel", context_.channel.value()}, {"feed", log::redact(feed_.url)}, {"datagrams", garbage}});
  }
  garbage_now_ = garbage > 0;
}

}  // namespace grandstand::ingest
