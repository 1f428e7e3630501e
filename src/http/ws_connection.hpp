// SPDX-License-Identifier: MIT
#pragma once

#include "frame_reader.hpp"
#include "loop_socket.hpp"
#include "peer.hpp"
#include "send_queue.hpp"
#include "worker.hpp"
#include "ws_sender.hpp"

#include <grandstand/base/token_bucket.hpp>
#include <grandstand/hub/hub.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace grandstand::http {

// One WebSocket: carries frames between the socket and the hub's session. What its sender could not give to the socket
// is queued here, within a bound (docs/decisions/0004-own-websocket-frames.md).
//
// Owner: its worker.   Runs on: the worker's loop.   Stops: by the closing handshake of either side, a fault, or too
// long a silence.
class WsConnection final : public Peer, private FrameListener {
 public:
  WsConnection(Worker& worker, LoopSocket socket, ClientPlaces::Place place);
  ~WsConnection() override;

  // `early`: what the client sent right behind the handshake.
  void start(std::string address, std::string session_token, std::span<std::uint8_t> early);

  // For the sender: what the socket did not take, and the hub's wish to end.
  void enqueue(const SharedBytes& frame, std::size_t sent, hub::TrafficClass traffic_class);
  void close(wire::CloseCode code, std::string_view reason);

  void tick(SteadyTime now) override;
  void wind_down() override;
  void abort() override;

 private:
  enum class State {
    kOpen,
    kClosing,   // our close frame is on its way, or sent: the client's, or the end of the stream, is awaited
    kFlushing,  // both sides have said goodbye: only what is queued must go
    kClosed,
  };
  struct ReadDone;
  struct WriteReady;
  // What the reactor fills between messages; whatever fills it up is followed by larger reads into the worker's
  // scratch.
  static constexpr std::size_t kIdleBuffer = 256;

  // FrameListener
  void on_text(std::string_view message) override;
  void on_ping(std::string_view payload) override;
  void on_pong(std::string_view payload) override;
  void on_close(std::optional<std::uint16_t> code, std::string_view reason) override;

  void read();
  void on_read(bool failed, std::size_t bytes);
  bool read_more();
  void take(std::span<std::uint8_t> bytes);
  void log_closed(wire::CloseCode code, std::string_view reason) const;
  void say_last(const SharedBytes& close_frame, State next);
  void choose_path();
  void await_writable();
  void on_writable(bool failed);
  void flush();
  void end();
  void report_closed();
  void leave();

  // given
  Worker& worker_;
  LoopSocket socket_;

  // out
  std::unique_ptr<WsSender, WsSenderPool::Delete> sender_;
  SendQueue queue_;

  // state
  State state_ = State::kOpen;
  bool reading_ = false;
  bool awaiting_write_ = false;
  bool reporting_ = false;  // a posted report is under way
  bool retired_ = false;
  std::uint8_t unanswered_pings_ = 0;
  SteadyTime next_ping_{};
  SteadyTime since_{};  // closing began, or the socket last took something of the queue
  std::unique_ptr<hub::Session> session_;
  std::string address_;

  // in
  TokenBucket pings_;  // of the client: each costs an answer
  FrameReader reader_;
  std::array<std::uint8_t, kIdleBuffer> buffer_;
};

}  // namespace grandstand::http
