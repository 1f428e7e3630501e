// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"

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
  // until the viewer has gone.
  void add(Site& site, std::size_t loop, const ChannelId& channel, std::shared_ptr<BodyStream> stream,
           std::shared_ptr<void> lease);
  // The channel has a new version, or is gone.
  void wake(Site& site, const ChannelId& channel);
  // Forgets those who have gone.
  void forget_closed();

 private:
  struct Viewer {
    std::shared_ptr<BodyStream> stream;
    hls::StreamCursor cursor;
    std::shared_ptr<void> lease;
  };
  void send_new(Site& site, std::string_view channel, std::vector<Viewer>& viewers);

  std::map<std::string, std::vector<Viewer>, std::less<>> viewers_;  // by channel
  std::size_t loop_ = 0;
};

}  // namespace grandstand::http
