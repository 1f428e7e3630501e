// SPDX-License-Identifier: MIT
#pragma once

#include "loop_socket.hpp"
#include "peer.hpp"
#include "send_queue.hpp"
#include "worker.hpp"

#include <grandstand/base/bytes.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace grandstand::http {

class StreamConnection;

// The producer's end of a response that has no length: it goes on until either side ends it.
//
// Owner: the producer and the connection.   Runs on: the connection's loop.
class BodyStream {
 public:
  explicit BodyStream(StreamConnection& connection) : connection_(&connection) {}

  bool open() const { return connection_ != nullptr; }
  // False when the reader has gone, or has just been cut off because too much waits for it.
  bool send(const SharedBytes& bytes, hub::TrafficClass traffic_class = hub::TrafficClass::kControl);
  // Closes the connection when what was sent has gone.
  void end();
  // Whether everything that was sent has gone to the socket; on_drained is called each time it has, after it had not.
  bool drained() const;
  std::function<void()> on_drained;
  // Called once when the reader has gone, however; not after end().
  std::function<void()> on_gone;
  // What a reader is told that is cut off because too much waits for it; empty: nothing, and the connection closes at
  // once.
  std::string last_words;

 private:
  friend class StreamConnection;
  void detach();

  StreamConnection* connection_;
};

// A connection that has become the carrier of one such response: continuous MPEG-TS, server-sent events. What the
// client still says is thrown away; bytes go to the socket at once, and only what it does not take is queued, within a
// bound.
//
// Owner: its worker.   Runs on: the worker's loop.   Stops: when either side ends it, when the reader takes nothing for
// settings.write_timeout or lets too much wait, or when the server stops.
class StreamConnection final : public Peer {
 public:
  StreamConnection(Worker& worker, LoopSocket socket, std::string address, std::size_t queue_bytes,
                   ClientPlaces::Place place);
  ~StreamConnection() override;

  // Sends the head; what comes next is the producer's.
  std::shared_ptr<BodyStream> start(std::string_view head);

  void tick(SteadyTime now) override;
  void wind_down() override { close(); }
  void abort() override { close(); }

 private:
  friend class BodyStream;
  struct ReadDone;
  struct WriteReady;

  bool send(const SharedBytes& bytes, hub::TrafficClass traffic_class);
  void end();
  void read();
  void on_read(bool failed);
  void say_last_words();
  void await_writable();
  void on_writable(bool failed);
  void close();
  void leave();

  // given
  Worker& worker_;
  LoopSocket socket_;
  std::string address_;

  // state
  bool closed_ = false;
  bool ending_ = false;
  bool reading_ = false;
  bool awaiting_write_ = false;
  bool retired_ = false;
  SteadyTime since_{};  // the socket last took something
  std::array<char, 256> discarded_;
  SendQueue queue_;
  std::shared_ptr<BodyStream> stream_;
};

}  // namespace grandstand::http
