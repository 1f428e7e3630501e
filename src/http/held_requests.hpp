// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"

#include <grandstand/base/ids.hpp>
#include <grandstand/hls/origin.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::http {

struct Site;

// The requests of one loop that wait for a channel's next version: blocking playlist reloads and hinted parts
// (draft-pantos-hls-rfc8216bis 6.2.5.2, 4.4.5.3). A new version wakes the loop once and all of its requests are looked
// at in one sweep; nothing polls. Bounded by http.max_connections: a connection has one request at a time.
//
// Owner: the loop's desk.   Runs on: its loop.   Stops: release().
class HeldRequests {
 public:
  // Holds a request that was answered with kLater, unless what it waits for has come meanwhile.
  void hold(Site& site, Exchange& exchange, std::string path, hls::Directives directives,
            const hls::Origin::Answer& answer);
  // The channel has a new version, or is gone.
  void wake(Site& site, const ChannelId& channel);
  // Forgets those whose clients have gone or were told that it takes too long.
  void forget_closed(Site& site);
  // The server stops.
  void release(Site& site);

 private:
  struct Held {
    std::shared_ptr<LateReply> reply;
    std::string path;  // what follows /live/
    hls::Directives directives;
    std::uint64_t interruptions = 0;
  };
  static bool try_answer(Site& site, const Held& held, std::shared_ptr<hls::Bell>& bell);
  void count(Site& site);

  std::map<std::string, std::vector<Held>, std::less<>> waiting_;  // by channel
  std::size_t loop_ = 0;                                           // as of the last held request
  std::size_t counted_ = 0;                                        // in the metric
};

}  // namespace grandstand::http
