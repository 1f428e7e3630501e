// SPDX-License-Identifier: MIT
#include "rtmp_listener.hpp"

#include <grandstand/base/log.hpp>

#include <utility>
#include <vector>

namespace grandstand::ingest {

namespace {

using boost::asio::ip::tcp;

constexpr std::chrono::seconds kTick{1};
constexpr std::string_view kLog = "rtmp";

Error cannot_listen(const RtmpSettings& settings, const std::string& why) {
  return Error{ErrorCode::kUnavailable,
               "rtmp: cannot listen on " + settings.address + " port " + std::to_string(settings.port) + ": " + why};
}

bool same(const std::weak_ptr<RtmpSubscriber>& a, const std::weak_ptr<RtmpSubscriber>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace

RtmpListener::RtmpListener(RtmpSettings settings, aio::Loop& loop, const Clock& clock, ops::Metrics& metrics)
    : settings_(std::move(settings)),
      loop_(loop),
      clock_(clock),
      metrics_(metrics),
      acceptor_(loop.context()),
      seed_(static_cast<std::uint64_t>(to_unix_ms(clock.utc()))) {}

Status RtmpListener::listen() {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(settings_.address, error);
  if (error) return cannot_listen(settings_, "the address is malformed; an IPv4 or IPv6 address was expected");
  const tcp::endpoint endpoint(address, settings_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(boost::asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(settings_, error.message());
  port_ = acceptor_.local_endpoint(error).port();
  return success();
}

void RtmpListener::start() {
  if (stopped_) return;
  ticker_ = std::make_unique<aio::Ticker>(loop_, kTick, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->tick(self->clock_.steady());
  });
  accept();
}

void RtmpListener::stop() {
  if (std::exchange(stopped_, true)) return;
  ticker_ = nullptr;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  const auto connections = connections_;
  for (const auto& connection : connections) {
    connection->dismiss("the server stops");
    connection->close("the server stops");
  }
  subscriptions_.clear();
}

void RtmpListener::tick(SteadyTime now) {
  const auto connections = connections_;
  for (const auto& connection : connections) connection->tick(now);
  for (auto at = subscriptions_.begin(); at != subscriptions_.end();) {
    const auto next = std::next(at);
    if (at->second.subscriber.expired()) remove(at, "the channel does not exist any more");
    at = next;
  }
  if (!accepting_ && !stopped_) accept();
}

void RtmpListener::accept() {
  accepting_ = true;
  acceptor_.async_accept([self = shared_from_this()](const boost::system::error_code& error, tcp::socket socket) {
    if (self->stopped_) return;
    if (error) {  // no descriptors left, most likely; the next tick tries again
      self->accepting_ = false;
      log::warning(kLog, "An RTMP connection could not be accepted", {{"error", error.message()}});
      return;
    }
    self->on_accepted(std::move(socket));
    self->accept();
  });
}

void RtmpListener::on_accepted(tcp::socket socket) {
  if (connections_.size() >= settings_.max_connections) {
    metrics_.refused(RtmpRefusal::kLimit).add();
    log::warning(kLog, "Too many RTMP connections: a new one was closed",
                 {{"rtmp.max_connections", settings_.max_connections}});
    return;
  }
  RtmpConnectionOwner& owner = *this;  // a private base: make_shared could not convert
  auto connection = std::make_shared<RtmpConnection>(std::move(socket), settings_, ++seed_, clock_, owner);
  connections_.insert(connection);
  metrics_.connections.set(static_cast<double>(connections_.size()));
  connection->start();
}

void RtmpListener::subscribe(const ChannelId& channel, aio::Loop& loop, std::weak_ptr<RtmpSubscriber> subscriber) {
  if (stopped_) return;
  unsubscribe(channel);
  subscriptions_[channel] = Subscription{&loop, std::move(subscriber), nullptr, metrics_.bytes(channel)};
}

void RtmpListener::unsubscribe(const ChannelId& channel) {
  const auto found = subscriptions_.find(channel);
  if (found != subscriptions_.end()) remove(found, "the channel was set up anew or taken away");
}

void RtmpListener::unsubscribe(const ChannelId& channel, const std::weak_ptr<RtmpSubscriber>& subscriber) {
  const auto found = subscriptions_.find(channel);
  if (found != subscriptions_.end() && same(found->second.subscriber, subscriber)) unsubscribe(channel);
}

void RtmpListener::remove(std::map<ChannelId, Subscription>::iterator subscription, const std::string& reason) {
  const auto publisher = subscription->second.publisher;
  if (publisher) publisher->dismiss(reason);
  subscriptions_.erase(subscription);
}

RtmpConnectionOwner::Claim RtmpListener::claim(RtmpConnection& connection, const RtmpPublishName& name) {
  const SteadyTime now = clock_.steady();
  if (failed_attempts_.blocked(connection.address(), now)) {
    return refuse(connection, RtmpRefusal::kRate, "NetStream.Publish.Rejected",
                  "Too many wrong stream keys from this address; try again in a while.");
  }
  const ChannelId channel(name.channel);
  const auto found = subscriptions_.find(channel);
  const auto subscriber = found == subscriptions_.end() ? nullptr : found->second.subscriber.lock();
  if (!subscriber && finder_ && !connection.looks_again()) {
    // A finder that knows the answer gives it at once, before the session has noted that it waits.
    finder_(channel, name.key, [&loop = loop_, weak = connection.weak_from_this(), name] {
      loop.post([weak, name] {
        if (const auto waiting = weak.lock()) waiting->look_again(name);
      });
    });
    return {RtmpPublishAnswer{.pending = true}, nullptr};
  }
  if (!subscriber || !subscriber->accepts_key(name.key)) {
    failed_attempts_.failed(connection.address(), now);
    // One answer for both, so that nobody learns which channels take publishers.
    return refuse(connection, RtmpRefusal::kKey, "NetStream.Publish.Rejected",
                  "No such channel, or the stream key is wrong; it is <channel>?key=<secret>.");
  }
  if (doorkeeper_ && !connection.let_in()) {
    doorkeeper_(channel, connection.address(), name.key, [weak = connection.weak_from_this(), name](bool allowed) {
      if (const auto waiting = weak.lock()) waiting->decide(name, allowed);
    });
    return {RtmpPublishAnswer{.pending = true}, nullptr};
  }
  if (!make_room(found->second, now)) {
    return refuse(connection, RtmpRefusal::kBusy, "NetStream.Publish.BadName",
                  "Somebody publishes to this channel already.");
  }
  found->second.publisher = connection.shared_from_this();
  publishers_[&connection] = channel;
  metrics_.publishers.set(static_cast<double>(publishers_.size()));
  log::info(kLog, "A publisher started", {{"channel", channel.value()}, {"peer", connection.peer()}});
  return {RtmpPublishAnswer{.accepted = true},
          std::make_shared<RtmpPublication>(loop_, *found->second.loop, found->second.subscriber)};
}

RtmpPublishAnswer RtmpListener::turn_away(RtmpConnection& connection) {
  return refuse(connection, RtmpRefusal::kHook, "NetStream.Publish.Rejected", "You may not publish to this channel.")
      .answer;
}

// Whether the channel is free for a new publisher with the right key: the old one goes when it is half dead (its
// network went away, and ours does not know yet), or when the channel wants the newest.
bool RtmpListener::make_room(Subscription& subscription, SteadyTime now) {
  const auto old = subscription.publisher;
  if (!old) return true;
  const auto subscriber = subscription.subscriber.lock();
  const bool replace = subscriber && subscriber->replaces_publisher();
  if (!replace && !old->silent_for(settings_.takeover_timeout, now)) return false;
  metrics_.replaced.add();
  old->close("another publisher took its place");
  return true;
}

RtmpConnectionOwner::Claim RtmpListener::refuse(RtmpConnection& connection, RtmpRefusal why, std::string code,
                                                std::string description) {
  on_refused(connection, why, description);
  return {RtmpPublishAnswer{.code = std::move(code), .description = std::move(description)}, nullptr};
}

void RtmpListener::release(RtmpConnection& connection, const std::string& reason) {
  const auto publisher = publishers_.find(&connection);
  if (publisher == publishers_.end()) return;
  const auto subscription = subscriptions_.find(publisher->second);
  if (subscription != subscriptions_.end()) subscription->second.publisher = nullptr;
  log::info(kLog, "A publisher left",
            {{"channel", publisher->second.value()}, {"peer", connection.peer()}, {"reason", reason}});
  publishers_.erase(publisher);
  metrics_.publishers.set(static_cast<double>(publishers_.size()));
}

void RtmpListener::on_refused(RtmpConnection& connection, RtmpRefusal why, const std::string& reason) {
  metrics_.refused(why).add();
  // The name is not logged: people put their key there by mistake.
  log::warning(kLog, "A publisher was refused", {{"peer", connection.peer()}, {"reason", reason}});
}

void RtmpListener::on_protocol_error(RtmpConnection& connection, const std::string& what) {
  metrics_.protocol_errors.add();
  log::warning(kLog, "A peer broke the RTMP protocol", {{"peer", connection.peer()}, {"error", what}});
}

void RtmpListener::on_bytes(RtmpConnection& connection, std::size_t count) {
  const auto publisher = publishers_.find(&connection);
  if (publisher == publishers_.end()) return;
  const auto subscription = subscriptions_.find(publisher->second);
  if (subscription != subscriptions_.end()) subscription->second.bytes.add(static_cast<double>(count));
}

void RtmpListener::on_paused() {
  metrics_.paused.add();
}

void RtmpListener::on_damaged(RtmpConnection& connection, std::uint64_t count) {
  metrics_.damaged.add(static_cast<double>(count));
  log::warning(kLog, "Damaged pictures or sounds of a publisher were left out",
               {{"peer", connection.peer()}, {"count", count}});
}

void RtmpListener::on_closed(RtmpConnection& connection) {
  connections_.erase(connection.shared_from_this());
  metrics_.connections.set(static_cast<double>(connections_.size()));
}

}  // namespace grandstand::ingest
