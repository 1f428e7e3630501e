// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"

#include <grandstand/access/gate.hpp>
#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>

#include <memory>
#include <vector>

namespace grandstand::http {

struct Site;

// Responses without end that were begun because somebody may watch: each is asked about again while it goes on, for
// tokens expire, and who watches is counted. Bounded by http.max_connections.
//
// Owner: the loop's desk.   Runs on: its loop.   Stops: the connections end with the server.
class AdmittedStreams {
 public:
  // `viewing` is what it was let in for.
  void add(std::shared_ptr<BodyStream> stream, access::Viewing viewing);
  // Ends those that may not go on, and forgets those that have ended.
  void renew(Site& site, aio::Loop& loop, SteadyTime now);

 private:
  struct Stream {
    std::shared_ptr<BodyStream> body;
    access::Viewing viewing;
    SteadyTime asked{};  // when it was asked last; the first time at the first renew()
  };
  std::vector<Stream> streams_;
};

}  // namespace grandstand::http
