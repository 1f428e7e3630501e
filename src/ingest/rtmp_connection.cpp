// SPDX-License-Identifier: MIT
#include "rtmp_connection.hpp"

#include <grandstand/base/client_network.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace grandstand::ingest {

namespace {

using boost::asio::ip::tcp;

constexpr std::size_t kReadSize = 64u << 10;
constexpr std::size_t kMaxQueued =
    256u << 10;  // answers are small; a peer that leaves so many unread is up to something
constexpr std::chrono::seconds kLinger{2};

}  // namespace

RtmpConnection::RtmpConnection(tcp::socket socket, const RtmpSettings& settings, std::uint64_t seed, const Clock& clock,
                               RtmpConnectionOwner& owner)
    : socket_(std::move(socket)),
      settings_(settings),
      clock_(clock),
      owner_(&owner),
      session_(settings.max_message_bytes, seed, *this),
      input_(kReadSize),
      since_(clock.steady()),
      heard_(since_) {
  boost::system::error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (!error) {
    address_ = client_network(remote.address().to_string());
    const std::string host = remote.address().to_string();
    peer_ = (remote.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(remote.port());
  }
}

void RtmpConnection::start() {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  read();
}

void RtmpConnection::tick(SteadyTime now) {
  if (!owner_) return;
  if (lingering_) {
    if (now - since_ >= kLinger) close("refused");
  } else if (!session_.publishing()) {
    if (now - since_ < settings_.handshake_timeout) return;
    owner_->on_refused(*this, RtmpRefusal::kLate, "it did not publish in time");
    close("it did not publish in time");
  } else if (!paused_ && now - heard_ >= settings_.idle_timeout) {
    const auto reason =
        "the publisher sent nothing for " + std::to_string(settings_.idle_timeout.count() / 1000) + " s";
    owner_->on_refused(*this, RtmpRefusal::kSilent, reason);
    close(reason);
  }
}

void RtmpConnection::close(const std::string& reason) {
  if (!owner_) return;
  const auto self = shared_from_this();  // the owner lets go of us
  stop_publishing(reason);
  RtmpConnectionOwner& owner = *std::exchange(owner_, nullptr);
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  owner.on_closed(*this);
}

void RtmpConnection::dismiss(const std::string& reason) {
  if (!owner_) return;
  if (lingering_ || !session_.request_reconnect(reason)) return close(reason);
  stop_publishing(reason);
  lingering_ = true;
  since_ = clock_.steady();
  write();
  if (std::exchange(paused_, false)) read();
}

void RtmpConnection::read() {
  socket_.async_read_some(boost::asio::buffer(input_),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t count) {
                            if (!self->owner_) return;
                            if (error) return self->close("the publisher left");
                            self->on_read(count);
                          });
}

void RtmpConnection::on_read(std::size_t count) {
  if (lingering_) return read();
  heard_ = clock_.steady();
  if (publication_) owner_->on_bytes(*this, count);
  const Status status = session_.feed(std::span(input_).first(count));
  forward();
  if (!status) {
    owner_->on_protocol_error(*this, status.error().message);
    return close("protocol error: " + status.error().message);
  }
  if (session_.finished()) {
    lingering_ = true;
    since_ = clock_.steady();
  }
  write();
  if (!owner_) return;
  if (publication_ && publication_->full()) {
    paused_ = true;
    owner_->on_paused();
    return;
  }
  read();
}

void RtmpConnection::forward() {
  if (!demuxer_ || !publication_) return;
  const std::uint64_t damaged = demuxer_->damaged();
  if (damaged > damaged_told_) owner_->on_damaged(*this, damaged - std::exchange(damaged_told_, damaged));
  publication_->deliver(demuxer_->take());
}

void RtmpConnection::on_progress() {
  if (!owner_ || !publication_) return;
  if (publication_->gone()) return close("the channel does not exist any more");
  if (paused_ && publication_->drained()) {
    paused_ = false;
    heard_ = clock_.steady();  // we did not listen meanwhile
    read();
  }
}

void RtmpConnection::write() {
  const auto output = session_.take_output();
  queued_.insert(queued_.end(), output.begin(), output.end());
  if (queued_.size() > kMaxQueued) {
    owner_->on_refused(*this, RtmpRefusal::kUnread, "it does not read what it is sent");
    return close("it does not read what it is sent");
  }
  end_sending();
  if (!sending_.empty() || queued_.empty()) return;
  sending_.swap(queued_);
  boost::asio::async_write(socket_, boost::asio::buffer(sending_),
                           [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                             self->sending_.clear();
                             if (!self->owner_) return;
                             if (error) return self->close("the publisher left");
                             self->write();
                           });
}

// Closing at once would make the kernel throw away what the peer has not read yet, when there is input left unread.
void RtmpConnection::end_sending() {
  if (!lingering_ || !sending_.empty() || !queued_.empty()) return;
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

RtmpPublishAnswer RtmpConnection::on_publish(const RtmpPublishName& name) {
  auto claim = owner_->claim(*this, name);
  if (!claim.answer.accepted) return claim.answer;
  publication_ = std::move(claim.publication);
  demuxer_ = std::make_unique<FlvDemuxer>();
  damaged_told_ = 0;
  publication_->start(peer_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_progress();
  });
  return claim.answer;
}

void RtmpConnection::decide(const RtmpPublishName& name, bool allowed) {
  if (!owner_ || lingering_) return;
  let_in_ = allowed;
  const auto answer = allowed ? on_publish(name) : owner_->turn_away(*this);
  let_in_ = false;
  conclude(answer);
}

void RtmpConnection::look_again(const RtmpPublishName& name) {
  if (!owner_ || lingering_) return;
  looks_again_ = true;
  const auto answer = on_publish(name);
  looks_again_ = false;
  conclude(answer);
}

void RtmpConnection::conclude(const RtmpPublishAnswer& answer) {
  if (answer.pending) return;
  session_.answer_publish(answer);
  if (session_.finished()) {
    lingering_ = true;
    since_ = clock_.steady();
  }
  write();
}

void RtmpConnection::on_publish_refused() {
  owner_->on_refused(*this, RtmpRefusal::kRequest, "it wants to play, or names no channel and key");
}

void RtmpConnection::on_media(RtmpMessage message) {
  if (demuxer_) demuxer_->push(std::move(message));
}

void RtmpConnection::on_unpublish() {
  stop_publishing("the publisher stopped");
  since_ = clock_.steady();
}

void RtmpConnection::stop_publishing(const std::string& reason) {
  if (!publication_) return;
  demuxer_->flush();
  forward();
  publication_->end(reason);
  publication_ = nullptr;
  demuxer_ = nullptr;
  owner_->release(*this, reason);
}

}  // namespace grandstand::ingest
