// SPDX-License-Identifier: MIT
#include "rtmp_listener.hpp"

#include <grandstand/ingest/rtmp_server.hpp>

namespace grandstand::ingest {

namespace {

// Brings the calls of any thread to the listener's loop.
class RtmpServerFront final : public RtmpServer {
 public:
  RtmpServerFront(aio::Loop& loop, std::shared_ptr<RtmpListener> listener)
      : loop_(loop), listener_(std::move(listener)), port_(listener_->port()) {}

  ~RtmpServerFront() override { stop(); }

  std::uint16_t port() const override { return port_; }

  void subscribe(ChannelId channel, aio::Loop& loop, std::weak_ptr<RtmpSubscriber> subscriber) override {
    loop_.dispatch([listener = listener_, channel = std::move(channel), &loop, subscriber = std::move(subscriber)] {
      listener->subscribe(channel, loop, subscriber);
    });
  }

  void unsubscribe(ChannelId channel) override {
    loop_.dispatch([listener = listener_, channel = std::move(channel)] { listener->unsubscribe(channel); });
  }

  void unsubscribe(ChannelId channel, std::weak_ptr<RtmpSubscriber> subscriber) override {
    loop_.dispatch([listener = listener_, channel = std::move(channel), subscriber = std::move(subscriber)] {
      listener->unsubscribe(channel, subscriber);
    });
  }

  void set_doorkeeper(Doorkeeper doorkeeper) override {
    loop_.dispatch(
        [listener = listener_, doorkeeper = std::move(doorkeeper)] { listener->set_doorkeeper(doorkeeper); });
  }

  void set_finder(Finder finder) override {
    loop_.dispatch([listener = listener_, finder = std::move(finder)] { listener->set_finder(finder); });
  }

  void stop() override {
    loop_.dispatch([listener = listener_] { listener->stop(); });
  }

 private:
  aio::Loop& loop_;
  const std::shared_ptr<RtmpListener> listener_;
  const std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<RtmpServer>> RtmpServer::create(RtmpSettings settings, aio::Loop& loop, const Clock& clock,
                                                       ops::Metrics& metrics) {
  auto listener = std::make_shared<RtmpListener>(std::move(settings), loop, clock, metrics);
  const Status listening = listener->listen();
  if (!listening) return listening.error();
  loop.post([listener] { listener->start(); });
  return std::unique_ptr<RtmpServer>(std::make_unique<RtmpServerFront>(loop, std::move(listener)));
}

}  // namespace grandstand::ingest
