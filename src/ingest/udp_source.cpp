// SPDX-License-Identifier: MIT
#include "udp_source.hpp"

#include <grandstand/base/log.hpp>

#include <utility>

namespace grandstand::ingest {

UdpSource::UdpSource(FeedSettings feed, FeedAddress address, SourceContext context)
    : feed_(std::move(feed)),
      address_(address),
      context_(context),
      receiver_(feed_, context_.channel, context_.sink, context_.observer),
      metrics_(context_.metrics, context_.channel),
      back_off_(feed_back_off(context_.channel.value(), feed_.url)) {}

void UdpSource::start() {
  const SteadyTime now = context_.clock.steady();
  receiver_.start(now);
  open(now);
  ticker_ = std::make_unique<aio::Ticker>(context_.loop, kReceiveInterval, [this] { tick(context_.clock.steady()); });
}

void UdpSource::stop() {
  receiver_.stop();
  ticker_.reset();
  update_metrics();
  // A receiver of samples may stop this source in the middle of a drain.
  if (!ticking_) socket_.reset();
}

void UdpSource::tick(SteadyTime now) {
  ticking_ = true;
  work(now);
  ticking_ = false;
  if (receiver_.stopped()) socket_.reset();
}

void UdpSource::work(SteadyTime now) {
  if (socket_) {
    receive(now);
  } else if (now >= next_open_) {
    open(now);
  }
  if (receiver_.stopped() || now < next_metrics_) return;
  next_metrics_ = now + kMetricsInterval;
  update_metrics();
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
  receiver_.fail(socket.error().message);
}

void UdpSource::receive(SteadyTime now) {
  socket_->drain(kMaxBytesPerTick,
                 [&](std::span<const std::uint8_t> datagram, std::optional<std::chrono::nanoseconds> arrived) {
                   receiver_.push(datagram, now, arrived);
                 });
  receiver_.tick(now);
  // Interfaces come and go, and take memberships with them.
  const bool silent = now - receiver_.last_datagram() >= kReopenAfter && now - opened_ >= kReopenAfter;
  if (silent && !receiver_.stopped()) open(now);
}

SignalReport UdpSource::report() const {
  SignalReport report = receiver_.report();
  report.kernel_drops = kernel_drops();
  return report;
}

void UdpSource::update_metrics() {
  metrics_.update(receiver_.reader(), receiver_.demuxer());
  // Where it begins only: it may go on for days.
  const std::uint64_t in_all = receiver_.reader().counts().garbage;
  const std::uint64_t garbage = in_all - std::exchange(garbage_told_, in_all);
  if (garbage > 0 && !garbage_now_) {
    log::warning("ingest", "Datagrams that hold no MPEG-TS are dropped",
                 {{"channel", context_.channel.value()}, {"feed", log::redact(feed_.url)}, {"datagrams", garbage}});
  }
  garbage_now_ = garbage > 0;
}

}  // namespace grandstand::ingest
