// SPDX-License-Identifier: MIT
#include "srt_source.hpp"

#include "pull.hpp"

#include <utility>

namespace grandstand::ingest {

SrtSource::SrtSource(const FeedSettings& feed, const SourceContext& context)
    : loop_(context.loop),
      clock_(context.clock),
      receiver_(feed, context.channel, context.sink, context.observer),
      connection_(
          {context.channel, context.loop, context.clock, context.metrics, nullptr, context.sink, *this},
          [feed](HandOver& out) { run_pull(feed, out); },
          [this](SharedBytes bytes) { receiver_.push(bytes.span(), clock_.steady()); }) {}

void SrtSource::start() {
  receiver_.start(clock_.steady());
  ticker_ = std::make_unique<aio::Ticker>(loop_, TsReceiver::kWatchInterval, [this] {
    if (connected_) receiver_.tick(clock_.steady());
  });
  connection_.start();
}

void SrtSource::stop() {
  receiver_.stop();
  ticker_.reset();
  connection_.stop();
}

void SrtSource::on_source_state(SourceState state, std::string reason) {
  connected_ = state == SourceState::kRunning;
  if (connected_) receiver_.connected(clock_.steady());
  if (state == SourceState::kDown) receiver_.fail(std::move(reason));
}

}  // namespace grandstand::ingest
