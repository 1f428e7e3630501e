// SPDX-License-Identifier: MIT
#pragma once

#include "datagram_reader.hpp"
#include "feed_watch.hpp"
#include "ts_demuxer.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/ingest/source.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace grandstand::ingest {

// What becomes of the datagrams of one feed, wherever they come from: samples for the sink, states for the observer.
// What it decides is in FeedWatch, what it reads in DatagramReader and TsDemuxer.
//
// Owner: UdpSource or SrtSource.   Runs on: its loop.   Stops: stop(), after which nothing is delivered any more. Pure:
// time is given.
class TsReceiver final : private media::SampleSink {
 public:
  static constexpr std::chrono::milliseconds kWatchInterval{100};

  // `sink` and `observer` outlive it.
  TsReceiver(const FeedSettings& feed, ChannelId channel, media::SampleSink& sink, SourceObserver& observer);

  void start(SteadyTime now);
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

  // `arrived`: when the kernel took it, by a clock of its own; without, `now` counts.
  void push(std::span<const std::uint8_t> datagram, SteadyTime now,
            std::optional<ArrivalMeter::Time> arrived = std::nullopt);
  // After each batch of datagrams, and without any.
  void tick(SteadyTime now);
  // What had to be connected first is.
  void connected(SteadyTime now) { watch_.on_connection(now); }
  // Nothing can be received at all.
  void fail(std::string reason);

  void watch_packets(DatagramReader::PacketWatch watch) { reader_.watch_packets(std::move(watch)); }

  SteadyTime last_datagram() const { return watch_.last_datagram(); }
  const DatagramReader& reader() const { return reader_; }
  const TsDemuxer& demuxer() const { return demuxer_; }
  // Without the kernel's drops.
  SignalReport report() const;

 private:
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override;
  void on_sample(media::Sample sample) override;
  void on_discontinuity(std::string reason) override;
  void on_splice_cue(media::SpliceCue cue) override;
  bool on_event_information(media::EventInformation information) override;

  void watch(SteadyTime now);
  void tell(const std::optional<FeedWatch::Change>& change);

  // given
  std::string url_;
  ChannelId channel_;
  std::chrono::milliseconds silence_timeout_;
  media::SampleSink& sink_;
  SourceObserver& observer_;

  // state
  TsDemuxer demuxer_;
  DatagramReader reader_;
  FeedWatch watch_;
  SteadyTime now_{};
  SteadyTime next_watch_{};
  bool stopped_ = false;
};

}  // namespace grandstand::ingest
