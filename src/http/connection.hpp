// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "http_metrics.hpp"
#include "loop_socket.hpp"
#include "peer.hpp"
#include "request_parser.hpp"
#include "router.hpp"
#include "worker.hpp"

#include <grandstand/base/bytes.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace grandstand::http {

// One HTTP/1.1 connection: reads requests (pipelined ones wait their turn in the buffer), has the routes answer them,
// and sends head and body with one call, without copying the body; only what the socket does not take at once is
// awaited.
//
// Owner: its worker.   Runs on: the worker's loop.   Stops: when the client goes, breaks a limit, or the server stops.
class HttpConnection final : public Peer, private Exchange {
 public:
  HttpConnection(Worker& worker, int descriptor, std::string address, Door door, ClientPlaces::Place place);
  ~HttpConnection() override;

  void start();
  void tick(SteadyTime now) override;
  void wind_down() override;
  void abort() override;

 private:
  enum class State {
    kReading,    // for a request, or the rest of one
    kAnswering,  // a route has it
    kWriting,    // the socket is full
    kLingering,  // the last answer is sent; what the client still sends is thrown away, so that it reads the answer
    kClosed,
  };
  struct ReadDone;
  struct WriteReady;

  // Exchange
  aio::Loop& loop() override { return worker_.loop(); }
  SteadyTime now() const override { return worker_.now(); }
  std::string_view peer_address() const override { return address_; }
  const Request& request() const override { return parser_.request(); }
  ResponseHead& begin(int status) override;
  void send(const SharedBytes& body, std::size_t offset, std::size_t length) override;
  using Exchange::send;
  void send_without_body() override;
  std::shared_ptr<LateReply> defer(std::chrono::seconds limit) override;
  using Exchange::defer;
  std::shared_ptr<BodyStream> begin_stream(std::size_t queue_bytes) override;
  void become_websocket(std::string_view accept, std::string client_address, std::string session_token) override;

  void read();
  void on_read(bool failed, std::size_t bytes);
  void process();
  void await_more();
  void answer();
  void refuse(const Refusal& refusal, HttpMetrics::Refused why);
  void end_head();
  void transmit(const SharedBytes& body, std::size_t offset, std::size_t length);
  bool send_rest();
  bool all_sent() const;
  void await_writable();
  void on_writable(bool failed);
  void finish_answer();
  void make_room();
  void linger();
  void close();
  void leave();
  bool client_has_gone() const;

  // given
  Worker& worker_;
  LoopSocket socket_;
  std::string address_;
  Door door_;

  // state
  State state_ = State::kReading;
  bool reading_ = false;         // a read is outstanding
  bool awaiting_write_ = false;  // so is a wait for room
  bool resuming_ = false;        // a posted continuation is under way
  bool processing_ = false;
  bool retired_ = false;
  bool close_after_ = false;  // the answer under way is the last one
  bool wants_head_only_ = false;
  bool served_ = false;  // a request has come
  bool told_to_continue_ = false;
  int version_ = 11;
  std::chrono::seconds answer_time_{0};  // how long a deferred answer may take
  SteadyTime since_{};  // when the state, or the request being read, began; when the socket last took something

  // in
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  RequestParser parser_;

  // out
  ResponseHead head_;
  std::size_t head_sent_ = 0;
  SharedBytes body_;
  std::size_t body_offset_ = 0;
  std::size_t body_left_ = 0;
  std::shared_ptr<LateReply> late_;
};

}  // namespace grandstand::http
