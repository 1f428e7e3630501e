// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include "client_address.hpp"
#include "problem.hpp"
#include "stream_connection.hpp"
#include "ws_connection.hpp"
#include "xtream_request.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/log.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <boost/asio/buffer.hpp>
#include <sys/socket.h>
#include <sys/uio.h>

namespace grandstand::http {
namespace {

constexpr std::size_t kIdleBuffer = 1024;  // holds the requests of players and most browsers
constexpr std::size_t kKeptBuffer = 4096;  // what a busy connection may keep between requests
constexpr int kRequestsInTurn = 32;        // pipelined requests served before others get their turn
constexpr std::size_t kLingerBytes = 256u << 10;
// Bodies from here on go by sendfile where they can: below, the second system call costs more than the copy.
constexpr std::size_t kSentFromFile = 32u << 10;
constexpr std::chrono::seconds kLingerTime{2};

}  // namespace

struct HttpConnection::ReadDone {
  HttpConnection* connection;
  void operator()(const boost::system::error_code& error, std::size_t bytes) const {
    connection->on_read(static_cast<bool>(error), bytes);
  }
};

struct HttpConnection::WriteReady {
  HttpConnection* connection;
  void operator()(const boost::system::error_code& error) const { connection->on_writable(static_cast<bool>(error)); }
};

HttpConnection::HttpConnection(Worker& worker, int descriptor, std::string address, Door door,
                               ClientPlaces::Place place)
    : Peer(std::move(place)),
      worker_(worker),
      socket_(worker.loop().context()),
      address_(std::move(address)),
      door_(door),
      since_(worker.now()),
      parser_({worker.site()->settings.max_header_bytes, worker.site()->settings.max_body_bytes}) {
  boost::system::error_code ignored;
  socket_.assign(boost::asio::ip::tcp::v4(), descriptor, ignored);
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

HttpConnection::~HttpConnection() {
  if (late_) late_->detach();
}

void HttpConnection::start() {
  read();
}

// --- in ---

void HttpConnection::read() {
  if (reading_ || state_ == State::kClosed) return;
  make_room();
  reading_ = true;
  // Not a wait for readability: this way a request costs one system call to read.
  socket_.async_read_some(boost::asio::buffer(buffer_.get() + size_, capacity_ - size_), ReadDone{this});
}

void HttpConnection::make_room() {
  if (size_ == 0 && capacity_ > kKeptBuffer) {
    buffer_.reset();
    capacity_ = 0;
  }
  if (size_ < capacity_) return;
  const auto capacity = std::max(kIdleBuffer, capacity_ * 2);
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(larger.get(), buffer_.get(), size_);
  buffer_ = std::move(larger);
  capacity_ = capacity;
}

void HttpConnection::on_read(bool failed, std::size_t bytes) {
  reading_ = false;
  if (state_ == State::kClosed) return leave();
  if (failed) return close();
  if (state_ == State::kLingering) {
    body_offset_ += bytes;  // counts what was thrown away
    return body_offset_ > kLingerBytes ? close() : read();
  }
  if (size_ == 0) since_ = now();
  size_ += bytes;
  process();
}

void HttpConnection::process() {
  if (processing_ || resuming_) return;
  processing_ = true;
  int turns = 0;
  while (state_ == State::kReading && size_ > 0) {
    if (turns++ == kRequestsInTurn) {
      resuming_ = true;
      loop().post([this] {
        resuming_ = false;
        if (state_ == State::kClosed) return leave();
        process();
      });
      break;
    }
    const auto progress = parser_.parse({buffer_.get(), size_});
    if (progress == RequestParser::Progress::kNeedMore) {
      await_more();
      break;
    }
    if (progress == RequestParser::Progress::kRefused) {
      refuse(parser_.refusal(), HttpMetrics::Refused::kMalformed);
      break;
    }
    answer();
  }
  processing_ = false;
  if (state_ == State::kReading && !resuming_) read();
}

void HttpConnection::await_more() {
  if (!parser_.expects_continue() || told_to_continue_) return;
  told_to_continue_ = true;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  // Whoever cannot even take this does without.
  const auto sent = send_some(socket_.native_handle(), kContinue.data(), kContinue.size());
  if (sent.outcome == SendOutcome::kSome && sent.bytes != kContinue.size()) close();
}

void HttpConnection::refuse(const Refusal& refusal, HttpMetrics::Refused why) {
  state_ = State::kAnswering;
  close_after_ = true;
  wants_head_only_ = false;
  version_ = 11;
  route = malformed_route();
  route_lines = {};
  extra_lines.clear();
  worker_.site()->metrics.count_refused(why);
  log::info("http", "A request was refused",
            {{"peer", address_}, {"status", refusal.status}, {"reason", refusal.reason}});
  const std::string_view code = refusal.status == 413 ? "too_large" : "invalid_argument";
  reply(make_problem(refusal.status, code, refusal.reason));
}

void HttpConnection::answer() {
  const auto& request = parser_.request();
  state_ = State::kAnswering;
  answer_time_ = kAnswerTime;
  since_ = now();
  version_ = request.version;
  wants_head_only_ = request.method == Method::kHead;
  served_ = true;
  close_after_ = !request.keep_alive || worker_.stopping();
  told_to_continue_ = false;
  dispatch(worker_.site(), door_, request, *this);
}

// --- out ---

ResponseHead& HttpConnection::begin(int status) {
  head_.begin(status, worker_.date_line());
  head_.lines(route_lines).lines(extra_lines);
  return head_;
}

void HttpConnection::end_head() {
  if (worker_.stopping()) close_after_ = true;
  if (close_after_) {
    head_.lines("Connection: close\r\n");
  } else if (version_ == 10) {
    head_.lines("Connection: keep-alive\r\n");
  }
  head_.end();
}

void HttpConnection::send(const SharedBytes& body, std::size_t offset, std::size_t length) {
  head_.field("Content-Length", length);
  end_head();
  transmit(body, offset, wants_head_only_ ? 0 : length);
}

void HttpConnection::send_without_body() {
  end_head();
  transmit({}, 0, 0);
}

void HttpConnection::transmit(const SharedBytes& body, std::size_t offset, std::size_t length) {
  GRANDSTAND_ASSERT(state_ == State::kAnswering);
  auto& metrics = worker_.site()->metrics;
  metrics.count_request(route, head_.status());
  if (worker_.site()->settings.access_log && route != malformed_route()) {
    const auto& request = parser_.request();
    log::debug(
        "http", "Answered",
        {{"peer", address_}, {"target", loggable_target(request)}, {"status", head_.status()}, {"bytes", length}});
  }
  head_sent_ = 0;
  body_ = body;
  body_offset_ = offset;
  body_left_ = length;
  if (!send_rest()) return close();
  if (all_sent()) return finish_answer();
  state_ = State::kWriting;
  since_ = now();
  await_writable();
}

bool HttpConnection::all_sent() const {
  return head_sent_ == head_.text().size() && body_left_ == 0;
}

// False when the connection is broken.
bool HttpConnection::send_rest() {
  const bool from_file = body_left_ >= kSentFromFile && body_.place().descriptor >= 0;
  const auto& text = head_.text();
  const auto of_head = text.size() - head_sent_;
  std::size_t total = 0;
  if (of_head > 0 || !from_file) {
    const iovec pieces[] = {{const_cast<char*>(text.data()) + head_sent_, of_head},
                            {const_cast<std::uint8_t*>(body_.data()) + body_offset_, body_left_}};
    const auto sent = send_some(socket_.native_handle(), pieces, body_left_ > 0 && !from_file ? 2 : 1, from_file);
    if (sent.outcome == SendOutcome::kFailed) return false;
    total = sent.bytes;
  }
  if (from_file && total == of_head) {
    const auto place = body_.place();
    const auto sent =
        send_file_some(socket_.native_handle(), {place.descriptor, place.offset + body_offset_}, body_left_);
    if (sent.outcome == SendOutcome::kFailed) return false;
    total += sent.bytes;
  }
  const auto head_taken = std::min(total, of_head);
  head_sent_ += head_taken;
  body_offset_ += total - head_taken;
  body_left_ -= total - head_taken;
  if (total > 0) since_ = now();
  worker_.site()->metrics.bytes_sent.add(static_cast<double>(total));
  return true;
}

void HttpConnection::await_writable() {
  awaiting_write_ = true;
  socket_.async_wait(LoopSocket::wait_write, WriteReady{this});
}

void HttpConnection::on_writable(bool failed) {
  awaiting_write_ = false;
  if (state_ == State::kClosed) return leave();
  if (failed) return close();
  if (!send_rest()) return close();
  all_sent() ? finish_answer() : await_writable();
}

void HttpConnection::finish_answer() {
  body_ = {};
  if (late_) {
    late_->detach();
    late_.reset();
  }
  if (close_after_) return linger();
  const auto consumed = parser_.consumed();
  parser_.reset();
  if (consumed < size_) std::memmove(buffer_.get(), buffer_.get() + consumed, size_ - consumed);
  size_ -= consumed;
  state_ = State::kReading;
  since_ = now();
  head_.release_memory();
  process();
}

std::shared_ptr<LateReply> HttpConnection::defer(std::chrono::seconds limit) {
  answer_time_ = limit;
  late_ = std::make_shared<LateReply>(static_cast<Exchange&>(*this));
  return late_;
}

void HttpConnection::become_websocket(std::string_view accept, std::string client_address, std::string session_token) {
  if (worker_.stopping()) return reply(make_problem(503, "unavailable", "the server stops", "Retry-After: 5\r\n"));
  auto place = std::optional(give_place());
  if (client_address != address_) place = worker_.site()->places.take(client_address);  // it comes through a proxy
  if (!place) return reply(refuse_client(*worker_.site(), client_address));
  head_.begin(101, {});
  head_.lines("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: grandstand.v1.json\r\n")
      .field("Sec-WebSocket-Accept", accept)
      .end();
  const auto& text = head_.text();
  const auto sent = send_some(socket_.native_handle(), text.data(), text.size());
  worker_.site()->metrics.count_request(route, 101);
  // Every earlier answer has gone: a socket that cannot take this is no use.
  if (sent.outcome != SendOutcome::kSome || sent.bytes != text.size()) return close();
  const auto consumed = parser_.consumed();
  auto successor = std::make_unique<WsConnection>(worker_, std::move(socket_), std::move(*place));
  auto& begun = *successor;
  worker_.site()->connections.fetch_add(1, std::memory_order_relaxed);
  worker_.adopt(std::move(successor));
  // The client may have spoken already (RFC 6455 4.1 lets it once it has our answer, but some do not wait).
  const std::span<std::uint8_t> early(reinterpret_cast<std::uint8_t*>(buffer_.get()) + consumed, size_ - consumed);
  state_ = State::kClosed;
  begun.start(std::move(client_address), std::move(session_token), early);
  leave();
}

std::shared_ptr<BodyStream> HttpConnection::begin_stream(std::size_t queue_bytes) {
  close_after_ = true;
  end_head();
  worker_.site()->metrics.count_request(route, head_.status());
  auto successor =
      std::make_unique<StreamConnection>(worker_, std::move(socket_), std::move(address_), queue_bytes, give_place());
  auto& begun = *successor;
  worker_.site()->connections.fetch_add(1, std::memory_order_relaxed);
  worker_.adopt(std::move(successor));
  state_ = State::kClosed;
  auto stream = begun.start(head_.text());
  leave();
  return stream;
}

// --- end ---

void HttpConnection::linger() {
  // RFC 9112 9.6: closing with unread bytes resets the connection, and the client might lose the answer.
  boost::system::error_code ignored;
  socket_.shutdown(LoopSocket::shutdown_send, ignored);
  state_ = State::kLingering;
  since_ = now();
  size_ = 0;
  body_offset_ = 0;
  read();
}

void HttpConnection::close() {
  if (state_ != State::kClosed) {
    state_ = State::kClosed;
    if (late_) late_->detach();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  leave();
}

void HttpConnection::leave() {
  if (retired_ || reading_ || awaiting_write_ || resuming_) return;
  retired_ = true;
  worker_.retire(*this);
}

void HttpConnection::tick(SteadyTime now) {
  const auto& settings = worker_.site()->settings;
  const auto waited = now - since_;
  auto& metrics = worker_.site()->metrics;
  switch (state_) {
    case State::kReading:
      if (size_ == 0) {
        if (waited > (served_ ? settings.idle_timeout : settings.header_timeout)) close();
        return;
      }
      // The body gets the same time again.
      if (waited <= settings.header_timeout * (parser_.header_complete() ? 2 : 1)) return;
      return refuse({408, "the request did not arrive in time"}, HttpMetrics::Refused::kHeaderTimeout);
    case State::kAnswering:
      if (client_has_gone()) return abort();
      if (waited <= answer_time_) return;
      if (late_) late_->detach();
      close_after_ = true;
      return reply(make_problem(503, "timeout", "the answer takes too long", "Retry-After: 5\r\n"));
    case State::kWriting:
      if (waited <= settings.write_timeout) return;
      metrics.count_refused(HttpMetrics::Refused::kWriteTimeout);
      log::info("http", "A reader took nothing for too long and was cut off", {{"peer", address_}});
      return abort();
    case State::kLingering:
      if (waited > kLingerTime) close();
      return;
    case State::kClosed:
      return;
  }
}

// Nothing is read while an answer is under way; whoever waits long is looked after so.
bool HttpConnection::client_has_gone() const {
  char byte = 0;
  const auto got = ::recv(const_cast<LoopSocket&>(socket_).native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void HttpConnection::wind_down() {
  if (state_ == State::kReading && size_ == 0) return close();
  close_after_ = true;
}

void HttpConnection::abort() {
  if (state_ != State::kClosed) {
    // What the reader never took is not kept by the kernel for it.
    boost::system::error_code ignored;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  }
  close();
}

}  // namespace grandstand::http
