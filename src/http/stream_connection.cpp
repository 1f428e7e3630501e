// SPDX-License-Identifier: MIT
#include "stream_connection.hpp"

#include <grandstand/base/log.hpp>

#include <utility>

#include <boost/asio/buffer.hpp>
#include <sys/uio.h>

namespace grandstand::http {
namespace {

constexpr std::size_t kPieces = 64;

}  // namespace

bool BodyStream::send(const SharedBytes& bytes, hub::TrafficClass traffic_class) {
  return connection_ != nullptr && connection_->send(bytes, traffic_class);
}

bool BodyStream::drained() const {
  return connection_ == nullptr || connection_->queue_.empty();
}

void BodyStream::end() {
  on_gone = nullptr;
  on_drained = nullptr;
  if (auto* const connection = std::exchange(connection_, nullptr)) connection->end();
}

void BodyStream::detach() {
  connection_ = nullptr;
  on_drained = nullptr;
  if (const auto gone = std::exchange(on_gone, nullptr)) gone();
}

struct StreamConnection::ReadDone {
  StreamConnection* connection;
  void operator()(const boost::system::error_code& error, std::size_t) const {
    connection->on_read(static_cast<bool>(error));
  }
};

struct StreamConnection::WriteReady {
  StreamConnection* connection;
  void operator()(const boost::system::error_code& error) const { connection->on_writable(static_cast<bool>(error)); }
};

StreamConnection::StreamConnection(Worker& worker, LoopSocket socket, std::string address, std::size_t queue_bytes,
                                   ClientPlaces::Place place)
    : Peer(std::move(place)),
      worker_(worker),
      socket_(std::move(socket)),
      address_(std::move(address)),
      since_(worker.now()),
      queue_(queue_bytes) {
  worker_.site()->metrics.streams.add(1);
}

StreamConnection::~StreamConnection() {
  worker_.site()->metrics.streams.add(-1);
  if (stream_) stream_->detach();
}

std::shared_ptr<BodyStream> StreamConnection::start(std::string_view head) {
  stream_ = std::make_shared<BodyStream>(*this);
  read();
  const auto stream = stream_;
  send(SharedBytes(std::string(head)), hub::TrafficClass::kControl);
  return stream;
}

bool StreamConnection::send(const SharedBytes& bytes, hub::TrafficClass traffic_class) {
  if (closed_ || ending_) return false;
  std::size_t taken = 0;
  if (queue_.empty()) {
    const auto sent = send_some(socket_.native_handle(), bytes.data(), bytes.size());
    if (sent.outcome == SendOutcome::kFailed) return close(), false;
    taken = sent.bytes;
    worker_.site()->metrics.bytes_sent.add(static_cast<double>(taken));
    if (taken > 0) since_ = worker_.now();
    if (taken == bytes.size()) return true;
  }
  const auto verdict = queue_.push(bytes, taken, traffic_class);
  if (verdict == SendQueue::Verdict::kDropped) {
    worker_.site()->metrics.websocket_dropped.add();
    return true;
  }
  if (verdict == SendQueue::Verdict::kOverflow) {
    worker_.site()->metrics.count_refused(HttpMetrics::Refused::kSlowStream);
    log::info("http", "A reader of a stream was too slow and was cut off", {{"peer", address_}});
    stream_->last_words.empty() ? close() : say_last_words();
    return false;
  }
  if (!awaiting_write_) await_writable();
  return true;
}

// To a reader who may still come to read them.
void StreamConnection::say_last_words() {
  ending_ = true;
  queue_.drop_unbegun();
  queue_.push_always(SharedBytes(std::move(stream_->last_words)));
  if (!awaiting_write_) await_writable();
  if (const auto gone = std::exchange(stream_->on_gone, nullptr)) gone();
}

void StreamConnection::end() {
  ending_ = true;
  if (queue_.empty()) close();
}

void StreamConnection::read() {
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(discarded_), ReadDone{this});
}

void StreamConnection::on_read(bool failed) {
  reading_ = false;
  if (closed_) return leave();
  failed ? close() : read();
}

void StreamConnection::await_writable() {
  awaiting_write_ = true;
  socket_.async_wait(LoopSocket::wait_write, WriteReady{this});
}

void StreamConnection::on_writable(bool failed) {
  awaiting_write_ = false;
  if (closed_) return leave();
  if (failed) return close();
  iovec pieces[kPieces];
  const auto count = queue_.gather(pieces, kPieces);
  const auto sent = send_some(socket_.native_handle(), pieces, count);
  if (sent.outcome == SendOutcome::kFailed) return close();
  if (sent.bytes > 0) since_ = worker_.now();
  worker_.site()->metrics.bytes_sent.add(static_cast<double>(sent.bytes));
  queue_.consume(sent.bytes);
  if (!queue_.empty()) return await_writable();
  if (ending_) return close();
  if (const auto drained = stream_->on_drained) drained();
}

void StreamConnection::close() {
  if (!std::exchange(closed_, true)) {
    if (stream_) stream_->detach();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  leave();
}

void StreamConnection::leave() {
  if (retired_ || reading_ || awaiting_write_) return;
  retired_ = true;
  worker_.retire(*this);
}

void StreamConnection::tick(SteadyTime now) {
  if (closed_ || queue_.empty() || now - since_ <= worker_.site()->settings.write_timeout) return;
  worker_.site()->metrics.count_refused(HttpMetrics::Refused::kWriteTimeout);
  log::info("http", "A reader took nothing for too long and was cut off", {{"peer", address_}});
  close();
}

}  // namespace grandstand::http
