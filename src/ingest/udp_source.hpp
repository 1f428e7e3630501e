// SPDX-License-Identifier: MIT
#pragma once

#include "feed_address.hpp"
#include "feed_back_off.hpp"
#include "ts_receiver.hpp"
#include "udp_metrics.hpp"
#include "udp_socket.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/ingest/source.hpp>

#include <memory>
#include <optional>

namespace grandstand::ingest {

// MPEG-TS over UDP or RTP, multicast or unicast. Every 10 ms it takes everything that has arrived: receiving in batches
// costs half of what being woken by each datagram costs. What becomes of them is in TsReceiver.
//
// Owner: the channel.   Runs on: the channel's loop.   Stops: stop() closes the socket.
class UdpSource final : public Source {
 public:
  static constexpr std::chrono::milliseconds kReceiveInterval{10};
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
  void work(SteadyTime now);
  void open(SteadyTime now);
  void receive(SteadyTime now);
  void update_metrics();
  std::uint64_t kernel_drops() const { return earlier_drops_ + (socket_ ? socket_->kernel_drops() : 0); }

  // given
  FeedSettings feed_;
  FeedAddress address_;
  SourceContext context_;

  // state
  TsReceiver receiver_;
  UdpMetrics metrics_;
  BackOff back_off_;
  std::optional<UdpSocket> socket_;
  std::uint64_t earlier_drops_ = 0;  // of sockets before
  SteadyTime opened_{};
  SteadyTime next_open_{};
  SteadyTime next_metrics_{};
  std::uint64_t garbage_told_ = 0;
  bool garbage_now_ = false;  // some came between the last two updates
  bool ticking_ = false;
  std::unique_ptr<aio::Ticker> ticker_;
};

}  // namespace grandstand::ingest
