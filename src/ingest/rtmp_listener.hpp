// SPDX-License-Identifier: MIT
#pragma once

#include "rtmp_connection.hpp"
#include "rtmp_failed_attempts.hpp"
#include "rtmp_metrics.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/ingest/rtmp_server.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/ip/tcp.hpp>

namespace grandstand::ingest {

// The port, its connections, and who may publish to which channel.
//
// Owner: the RtmpServer.   Runs on: the server's loop, all of it.   Stops: stop().
class RtmpListener : public std::enable_shared_from_this<RtmpListener>, private RtmpConnectionOwner {
 public:
  RtmpListener(RtmpSettings settings, aio::Loop& loop, const Clock& clock, ops::Metrics& metrics);

  // Binds; called once, before anything else.
  Status listen();
  std::uint16_t port() const { return port_; }

  void set_doorkeeper(RtmpServer::Doorkeeper doorkeeper) { doorkeeper_ = std::move(doorkeeper); }

  void set_finder(RtmpServer::Finder finder) { finder_ = std::move(finder); }

  void start();
  void stop();
  void tick(SteadyTime now);

  void subscribe(const ChannelId& channel, aio::Loop& loop, std::weak_ptr<RtmpSubscriber> subscriber);
  void unsubscribe(const ChannelId& channel);
  void unsubscribe(const ChannelId& channel, const std::weak_ptr<RtmpSubscriber>& subscriber);

 private:
  struct Subscription {
    aio::Loop* loop = nullptr;
    std::weak_ptr<RtmpSubscriber> subscriber;
    std::shared_ptr<RtmpConnection> publisher;
    ops::Counter bytes;
  };

  Claim claim(RtmpConnection& connection, const RtmpPublishName& name) override;
  RtmpPublishAnswer turn_away(RtmpConnection& connection) override;
  void release(RtmpConnection& connection, const std::string& reason) override;
  void on_refused(RtmpConnection& connection, RtmpRefusal why, const std::string& reason) override;
  void on_protocol_error(RtmpConnection& connection, const std::string& what) override;
  void on_bytes(RtmpConnection& connection, std::size_t count) override;
  void on_paused() override;
  void on_damaged(RtmpConnection& connection, std::uint64_t count) override;
  void on_closed(RtmpConnection& connection) override;

  void accept();
  void on_accepted(boost::asio::ip::tcp::socket socket);
  bool make_room(Subscription& subscription, SteadyTime now);
  Claim refuse(RtmpConnection& connection, RtmpRefusal why, std::string code, std::string description);
  void remove(std::map<ChannelId, Subscription>::iterator subscription, const std::string& reason);

  RtmpSettings settings_;
  aio::Loop& loop_;
  const Clock& clock_;
  RtmpMetrics metrics_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::unique_ptr<aio::Ticker> ticker_;
  bool stopped_ = false;
  bool accepting_ = false;
  std::uint64_t seed_;
  std::set<std::shared_ptr<RtmpConnection>> connections_;
  std::map<ChannelId, Subscription> subscriptions_;
  std::map<RtmpConnection*, ChannelId> publishers_;
  RtmpFailedAttempts failed_attempts_;
  RtmpServer::Doorkeeper doorkeeper_;  // empty: the right key is enough
  RtmpServer::Finder finder_;          // empty: who does not subscribe now does not come
};

}  // namespace grandstand::ingest
