// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"

#include <grandstand/access/gate.hpp>
#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/hls/stream_cursor.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::http {

struct Site;

// Those of one loop who watch a channel as continuous MPEG-TS. A new part wakes the loop once, and all of its viewers
// are sent the same bytes; nothing polls, nothing is copied. Bounded by http.max_connections.
//
// Owner: the loop's desk.   Runs on: its loop.   Stops: the connections end with the server.
class StreamViewers {
 public:
  // Goes on with a response that was begun. What is there from the latest key frame on is sent at once. `lease` is kept
  // until the viewer has gone; `viewing` is what it was let in for.
  void add(Site& site, std::size_t loop, const ChannelId& channel, std::shared_ptr<BodyStream> stream,
           std::shared_ptr<void> lease, access::Viewing viewing);
  // The channel has a new version, or is gone.
  void wake(Site& site, const ChannelId& channel);
  // Asks from time to time whether each may go on: tokens expire, and who watches is counted.
  void renew(Site& site, aio::Loop& loop, SteadyTime now);
  // Forgets those who have gone.
  void forget_closed();

 private:
  struct Viewer {
    std::shared_ptr<BodyStream> stream;
    hls::StreamCursor cursor;
    std::shared_ptr<void> lease;
    access::Viewing viewing;
    SteadyTime asked{};  // when it was asked last; the first time at the first renew()
  };
  void send_new(Site& site, std::string_view channel, std::vector<Viewer>& viewers);

  std::map<std::string, std::vector<Viewer>, std::less<>> viewers_;  // by channel
  std::size_t loop_ = 0;
};

}  // namespace grandstand::http
