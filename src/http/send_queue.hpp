// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/hub/transport.hpp>

#include <cstddef>
#include <vector>

struct iovec;

namespace grandstand::http {

// The frames that a WebSocket could not take yet. Bounded by bytes; costs nothing while it is empty.
//
// Owner: a connection.   Runs on: its loop.   Pure.
class SendQueue {
 public:
  enum class Verdict { kQueued, kDropped, kOverflow };

  explicit SendQueue(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // `sent`: how much of the frame has gone already. A frame that has begun is always taken; kConflatable ones are
  // dropped when half of the queue is in use (social.md 3.2); kOverflow: it did not fit.
  Verdict push(const SharedBytes& frame, std::size_t sent, hub::TrafficClass traffic_class);
  // Past the limit: for the last words of a connection.
  void push_always(const SharedBytes& frame);

  bool empty() const { return first_ == frames_.size(); }
  std::size_t bytes() const { return bytes_; }

  // The next pieces to send, in order; how many were filled in.
  std::size_t gather(iovec* pieces, std::size_t capacity) const;
  void consume(std::size_t bytes);
  // Forgets all but the frame that has been begun: its rest must go, or what follows would be read as its payload.
  void drop_unbegun();

 private:
  std::size_t limit_bytes_;
  std::vector<SharedBytes> frames_;
  std::size_t first_ = 0;  // frames_ before it have gone
  std::size_t sent_ = 0;   // of frames_[first_]
  std::size_t bytes_ = 0;  // unsent
};

}  // namespace grandstand::http
