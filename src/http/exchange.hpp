// SPDX-License-Identifier: MIT
#pragma once

#include "request.hpp"
#include "response_head.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace grandstand::http {

// A small answer with everything in it, for whoever need not be quick.
struct Reply {
  int status = 200;
  std::string_view content_type;  // a constant
  std::string fields;             // complete lines
  std::string body;
};

class LateReply;
class BodyStream;

// One request being answered, as the routes see it. A route answers at once (begin, fields, send), or defers and
// answers later on the same loop. Exactly one answer.
//
// Owner: the connection, which implements it.   Runs on: its loop.
class Exchange {
 public:
  // For what waits for work that has limits of its own.
  static constexpr std::chrono::seconds kAnswerTime{30};

  virtual ~Exchange() = default;

  virtual aio::Loop& loop() = 0;
  virtual SteadyTime now() const = 0;
  virtual std::string_view peer_address() const = 0;
  // The one that is being answered; its views are valid until then.
  virtual const Request& request() const = 0;

  // Set by the router before it calls the route: its index, for the metrics, and
  std::size_t route = 0;
  // lines that every answer to this request carries, errors too; constants, or kept in `extra_lines`.
  std::string_view route_lines;
  std::string extra_lines;

  // The status line, Date and the route's lines; the caller adds fields.
  virtual ResponseHead& begin(int status) = 0;
  // Ends the head with Content-Length and sends `length` bytes of the body (none of them to HEAD).
  virtual void send(const SharedBytes& body, std::size_t offset, std::size_t length) = 0;
  void send(const SharedBytes& body) { send(body, 0, body.size()); }
  // For 204 and 304, which have no body and no length.
  virtual void send_without_body() = 0;

  void reply(Reply reply);

  // The answer comes later; 503 when it takes longer than `limit`.
  virtual std::shared_ptr<LateReply> defer(std::chrono::seconds limit) = 0;
  std::shared_ptr<LateReply> defer() { return defer(kAnswerTime); }

  // After begin() and fields: a response without length, which ends when the connection is closed. The exchange is over
  // then. A reader who leaves more than `queue_bytes` waiting is cut off.
  virtual std::shared_ptr<BodyStream> begin_stream(std::size_t queue_bytes) = 0;
  // Several seconds of the fattest television: players that pause for longer come back by themselves.
  static constexpr std::size_t kMediaQueue = std::size_t{16} << 20;

  // Answers 101 with the Sec-WebSocket-Accept value; from then on the connection is the hub's.
  virtual void become_websocket(std::string_view accept, std::string client_address, std::string session_token) = 0;
};

// The right to answer a deferred request, once; nothing happens when the client has gone meanwhile.
class LateReply {
 public:
  explicit LateReply(Exchange& exchange) : exchange_(&exchange) {}
  void send(Reply reply) {
    if (auto* exchange = std::exchange(exchange_, nullptr)) exchange->reply(std::move(reply));
  }
  // The same for an answer with a head of its own: `give` is called at once, or never.
  template <class Give>
  void answer(Give give) {
    if (auto* exchange = std::exchange(exchange_, nullptr)) give(*exchange);
  }
  // Whether somebody still waits.
  bool open() const { return exchange_ != nullptr; }
  void detach() { exchange_ = nullptr; }
  // The exchange, for whoever answers it himself and now; null when the client has gone.
  Exchange* take() { return std::exchange(exchange_, nullptr); }

 private:
  Exchange* exchange_;
};

}  // namespace grandstand::http
