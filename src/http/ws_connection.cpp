// SPDX-License-Identifier: MIT
#include "ws_connection.hpp"

#include "frame_writer.hpp"

#include <grandstand/base/log.hpp>

#include <cerrno>

#include <boost/asio/buffer.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace grandstand::http {
namespace {

using wire::CloseCode;

constexpr std::chrono::seconds kCloseTime{5};  // for the client to answer a close frame
constexpr int kReadsInTurn = 4;                // of the scratch buffer, before others get their turn
constexpr std::size_t kPieces = 64;
constexpr int kUnsentInKernel = 128 << 10;  // beyond, it waits in our own queue, where it is counted
constexpr std::uint8_t kPingsUnanswered = 2;
constexpr RateLimit kPingRate{50, 20};

const SharedBytes& ping_frame() {
  static const SharedBytes frame = make_ping_frame();
  return frame;
}

}  // namespace

struct WsConnection::ReadDone {
  WsConnection* connection;
  void operator()(const boost::system::error_code& error, std::size_t bytes) const {
    connection->on_read(static_cast<bool>(error), bytes);
  }
};

struct WsConnection::WriteReady {
  WsConnection* connection;
  void operator()(const boost::system::error_code& error) const { connection->on_writable(static_cast<bool>(error)); }
};

WsConnection::WsConnection(Worker& worker, LoopSocket socket, ClientPlaces::Place place)
    : Peer(std::move(place)),
      worker_(worker),
      socket_(std::move(socket)),
      sender_(worker.senders().make(*this, socket_.native_handle())),
      queue_(worker.site()->parts.hub.settings().send_queue_bytes),
      next_ping_(worker.now() + worker.site()->parts.hub.settings().ping_interval),
      since_(worker.now()),
      pings_(kPingRate),
      reader_(worker.site()->parts.hub.settings().max_message_bytes) {
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentInKernel, sizeof kUnsentInKernel);
  worker_.site()->metrics.websocket_connections.add(1);
}

WsConnection::~WsConnection() {
  worker_.site()->metrics.websocket_connections.add(-1);
  if (session_) session_->on_closed();
}

void WsConnection::start(std::string address, std::string session_token, std::span<std::uint8_t> early) {
  address_ = address;
  session_ = worker_.site()->parts.hub.open(worker_.loop(), *sender_, std::move(address), std::move(session_token));
  if (!early.empty()) take(early);
  read();
}

// --- in ---

void WsConnection::read() {
  if (reading_ || state_ == State::kClosed || state_ == State::kFlushing) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(buffer_), ReadDone{this});
}

void WsConnection::on_read(bool failed, std::size_t bytes) {
  reading_ = false;
  if (state_ == State::kClosed) return leave();
  if (failed) return end();
  unanswered_pings_ = 0;
  take(std::span(buffer_).first(bytes));
  if (bytes == buffer_.size() && !read_more()) return end();
  read();
}

// A client that says much is read in large pieces; false: the stream has ended.
bool WsConnection::read_more() {
  const auto scratch = worker_.scratch();
  for (int i = 0; i < kReadsInTurn && state_ != State::kClosed && state_ != State::kFlushing; ++i) {
    const auto count = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT);
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    take(scratch.first(static_cast<std::size_t>(count)));
    if (static_cast<std::size_t>(count) < scratch.size()) break;
  }
  return true;
}

void WsConnection::take(std::span<std::uint8_t> bytes) {
  if (const auto failure = reader_.feed(bytes, *this)) {
    if (state_ == State::kOpen) worker_.site()->metrics.websocket_invalid.add();
    close(failure->code, failure->reason);
  }
}

void WsConnection::on_text(std::string_view message) {
  if (state_ == State::kOpen && session_) session_->on_message(message);
}

void WsConnection::on_ping(std::string_view payload) {
  if (state_ != State::kOpen) return;
  if (pings_.try_take(worker_.now())) return sender_->send(make_pong_frame(payload), hub::TrafficClass::kControl);
  worker_.site()->metrics.websocket_pings.add();
  close(CloseCode::kRateLimited, "too many pings");
}

void WsConnection::on_pong(std::string_view) {}

void WsConnection::on_close(std::optional<std::uint16_t> code, std::string_view) {
  if (state_ == State::kClosing) {
    // The answer to ours: nothing is left to say. RFC 6455 7.1.1: the server closes the connection first.
    state_ = State::kFlushing;
    return flush();
  }
  if (state_ != State::kOpen) return;
  const auto echo = code ? make_close_frame(static_cast<CloseCode>(*code), {}) : make_empty_close_frame();
  say_last(echo, State::kFlushing);
}

// --- out ---

void WsConnection::enqueue(const SharedBytes& frame, std::size_t sent, hub::TrafficClass traffic_class) {
  if (queue_.empty()) since_ = worker_.now();
  switch (queue_.push(frame, sent, traffic_class)) {
    case SendQueue::Verdict::kQueued:
      choose_path();
      return await_writable();
    case SendQueue::Verdict::kDropped:
      return worker_.site()->metrics.websocket_dropped.add();
    case SendQueue::Verdict::kOverflow:
      break;
  }
  worker_.site()->metrics.websocket_too_slow.add();
  close(CloseCode::kTooSlow, "too slow");
}

void WsConnection::close(CloseCode code, std::string_view reason) {
  if (state_ != State::kOpen) return;
  if (code != CloseCode::kNormal && code != CloseCode::kGoingAway) log_closed(code, reason);
  say_last(make_close_frame(code, reason), State::kClosing);
}

void WsConnection::log_closed(CloseCode code, std::string_view reason) const {
  log::info("http", "A WebSocket was closed",
            {{"peer", address_}, {"code", static_cast<int>(code)}, {"reason", reason}});
}

void WsConnection::say_last(const SharedBytes& close_frame, State next) {
  // Whoever was too slow does not get what waits, only the reason.
  queue_.drop_unbegun();
  queue_.push_always(close_frame);
  state_ = next;
  choose_path();
  since_ = worker_.site()->parts.clock.steady();  // not the tick's: it may lie behind by more than a close takes
  report_closed();
  flush();
}

void WsConnection::choose_path() {
  sender_->set_path(state_ != State::kOpen ? WsSender::Path::kNowhere
                    : queue_.empty()       ? WsSender::Path::kSocket
                                           : WsSender::Path::kQueue);
}

void WsConnection::await_writable() {
  if (awaiting_write_) return;
  awaiting_write_ = true;
  socket_.async_wait(LoopSocket::wait_write, WriteReady{this});
}

void WsConnection::on_writable(bool failed) {
  awaiting_write_ = false;
  if (state_ == State::kClosed) return leave();
  if (failed) return end();
  flush();
}

void WsConnection::flush() {
  while (!queue_.empty()) {
    iovec pieces[kPieces];
    const auto sent = send_some(socket_.native_handle(), pieces, queue_.gather(pieces, kPieces));
    if (sent.outcome == SendOutcome::kFailed) return end();
    if (sent.outcome == SendOutcome::kFull || sent.bytes == 0) return await_writable();
    queue_.consume(sent.bytes);
    if (state_ == State::kOpen) since_ = worker_.now();
  }
  choose_path();
  if (state_ == State::kFlushing) end();
}

// --- end ---

void WsConnection::report_closed() {
  // Not from within: the hub may be the caller.
  if (reporting_ || !session_) return;
  reporting_ = true;
  worker_.loop().post([this, worker = worker_.shared_from_this()] {
    reporting_ = false;
    if (auto session = std::move(session_)) session->on_closed();
    if (state_ == State::kClosed) leave();
  });
}

void WsConnection::end() {
  if (state_ != State::kClosed) {
    state_ = State::kClosed;
    choose_path();
    boost::system::error_code ignored;
    socket_.close(ignored);
    report_closed();
  }
  leave();
}

void WsConnection::leave() {
  if (retired_ || reading_ || awaiting_write_ || reporting_) return;
  retired_ = true;
  worker_.retire(*this);
}

void WsConnection::tick(SteadyTime now) {
  if (state_ == State::kClosed) return;
  if (state_ != State::kOpen) {
    if (now - since_ > kCloseTime) abort();
    return;
  }
  const auto& site = *worker_.site();
  if (!queue_.empty() && now - since_ > site.settings.write_timeout) {
    worker_.site()->metrics.websocket_too_slow.add();
    log_closed(CloseCode::kTooSlow, "took nothing for too long");
    return abort();
  }
  if (now < next_ping_) return;
  next_ping_ = now + site.parts.hub.settings().ping_interval;
  if (unanswered_pings_ == kPingsUnanswered) {
    worker_.site()->metrics.websocket_idle.add();
    return close(CloseCode::kIdle, "nothing heard");
  }
  ++unanswered_pings_;
  sender_->send(ping_frame(), hub::TrafficClass::kControl);
}

void WsConnection::wind_down() {
  close(CloseCode::kGoingAway, "the server stops");
}

void WsConnection::abort() {
  if (state_ != State::kClosed) {
    boost::system::error_code ignored;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  }
  end();
}

}  // namespace grandstand::http
