// SPDX-License-Identifier: MIT
#pragma once

#include "flv_demuxer.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/ingest/rtmp_server.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::ingest {

// The way of one publisher's samples from the server's loop to its subscriber's, in order, with a count of what is on
// the way, so that a slow subscriber slows its publisher only.
//
// Owner: the connection.   Runs on: the server's loop.   Stops: end().
class RtmpPublication : public std::enable_shared_from_this<RtmpPublication> {
 public:
  // Above this the connection is not read; below half of it, it is again.
  static constexpr std::size_t kMaxInFlight = 16u << 20;

  RtmpPublication(aio::Loop& server_loop, aio::Loop& subscriber_loop, std::weak_ptr<RtmpSubscriber> subscriber)
      : server_loop_(server_loop), subscriber_loop_(subscriber_loop), subscriber_(std::move(subscriber)) {}

  // `on_progress` runs on the server's loop whenever something arrived; look at gone(), full(), drained().
  void start(std::string peer, std::function<void()> on_progress);
  void deliver(std::vector<FlvOutput> outputs);
  void end(std::string reason);

  bool full() const { return in_flight_ > kMaxInFlight; }
  bool drained() const { return in_flight_ <= kMaxInFlight / 2; }
  bool gone() const { return gone_; }  // the subscriber does not exist any more

 private:
  void send(std::size_t bytes, std::function<void(RtmpSubscriber&)> work);
  void arrived(std::size_t bytes, bool alive);

  aio::Loop& server_loop_;
  aio::Loop& subscriber_loop_;
  std::weak_ptr<RtmpSubscriber> subscriber_;
  std::function<void()> on_progress_;
  std::size_t in_flight_ = 0;
  bool gone_ = false;
};

}  // namespace grandstand::ingest
