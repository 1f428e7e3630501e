// SPDX-License-Identifier: MIT
#pragma once

#include "thread_source.hpp"
#include "ts_receiver.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/ingest/source.hpp>

#include <memory>
#include <string>

namespace grandstand::ingest {

// MPEG-TS that is pulled by SRT. What comes goes the way of what comes by UDP, with all that a transport stream carries
// beside pictures and sound.
//
// Owner: the channel.   Runs on: the channel's loop.   Stops: as ThreadSource, which has the connection.
class SrtSource final : public Source, private SourceObserver {
 public:
  SrtSource(const FeedSettings& feed, const SourceContext& context);

  void start() override;
  void stop() override;
  SignalReport report() const override { return receiver_.report(); }

 private:
  // Of the connection: what it carries is judged by the receiver.
  void on_source_state(SourceState state, std::string reason) override;

  // given
  aio::Loop& loop_;
  const Clock& clock_;

  // state
  TsReceiver receiver_;
  bool connected_ = false;
  std::unique_ptr<aio::Ticker> ticker_;
  ThreadSource connection_;  // must be the last member: it calls us
};

}  // namespace grandstand::ingest
