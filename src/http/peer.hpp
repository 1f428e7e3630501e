// SPDX-License-Identifier: MIT
#pragma once

#include "client_places.hpp"

#include <grandstand/base/clock.hpp>

#include <utility>

namespace grandstand::http {

// One client at the other end of a socket, in one of the two forms that it takes (HTTP, then perhaps WebSocket).
//
// Owner: Worker.   Runs on: its loop.   Stops: by Worker::retire, when none of its socket operations is outstanding.
class Peer {
 public:
  explicit Peer(ClientPlaces::Place place = {}) : place_(std::move(place)) {}
  virtual ~Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  virtual void tick(SteadyTime now) = 0;
  virtual void wind_down() = 0;  // the server stops: finish what is under way, then go
  virtual void abort() = 0;      // go now

 protected:
  // For whoever goes on with the connection.
  ClientPlaces::Place give_place() { return std::move(place_); }

 private:
  friend class Worker;
  ClientPlaces::Place place_;
  Peer* previous_ = nullptr;
  Peer* next_ = nullptr;
};

}  // namespace grandstand::http
