// SPDX-License-Identifier: MIT
#pragma once

#include "datagram_reader.hpp"
#include "feed_address.hpp"
#include "feed_back_off.hpp"
#include "feed_watch.hpp"
#include "ts_demuxer.hpp"
#include "udp_metrics.hpp"
#include "udp_socket.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/ingest/source.hpp>

#include <memory>
#include <optional>

namespace grandstand::ingest {

// MPEG-TS over UDP or RTP, multicast or unicast. Every 10 ms it takes everything that has arrived: receiving in batches
// costs half of what being woken by each datagram costs. What it decides is in FeedWatch, what it reads in
// DatagramReader and TsDemuxer.
//
// Owner: the channel.   Runs on: the channel's loop.   Stops: stop() closes the socket.
class UdpSource final : public Source, private media::SampleSink {
 public:
  static constexpr std::chrono::milliseconds kReceiveInterval{10};
  static constexpr std::chrono::milliseconds kWatchInterval{100};
  static constexpr std::chrono::milliseconds kMetricsInterval{1'000};
  static constexpr std::chrono::seconds kReopenAfter{30};  // silence after which the group is joined anew
  static constexpr std::size_t kMaxBytesPerTick = 4u << 20;

  UdpSource(FeedSettings feed, FeedAddress address, SourceContext context);

  void start() override;
  void stop() override;
  SignalReport report() const override;

  // What the ticker does; tests may call it.
  void tick(SteadyTime now);

 private:
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override;
  void on_sample(media::Sample sample) override;
  void on_discontinuity(std::string reason) override;
  void on_splice_cue(media::SpliceCue cue) override;
  void on_event_information(media::EventInformation information) override;

  void work(SteadyTime now);
  void open(SteadyTime now);
  void receive(SteadyTime now);
  void watch(SteadyTime now);
  void tell(const std::optional<FeedWatch::Change>& change);
  void update_metrics();
  std::uint64_t kernel_drops() const { return earlier_drops_ + (socket_ ? socket_->kernel_drops() : 0); }

  // given
  FeedSettings feed_;
  FeedAddress address_;
  SourceContext context_;

  // state
  TsDemuxer demuxer_;
  DatagramReader reader_;
  UdpMetrics metrics_;
  FeedWatch watch_;
  BackOff back_off_;
  std::optional<UdpSocket> socket_;
  std::uint64_t earlier_drops_ = 0;  // of sockets before
  SteadyTime opened_{};
  SteadyTime next_open_{};
  SteadyTime next_watch_{};
  SteadyTime next_metrics_{};
  SteadyTime now_{};
  std::uint64_t garbage_told_ = 0;
  bool garbage_now_ = false;  // some came between the last two updates
  bool ticking_ = false;
  bool stopped_ = false;
  std::unique_ptr<aio::Ticker> ticker_;
};

}  // namespace grandstand::ingest
