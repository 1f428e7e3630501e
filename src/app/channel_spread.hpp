// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/cluster/bus.hpp>
#include <grandstand/cluster/leases.hpp>
#include <grandstand/hls/origin.hpp>
#include <grandstand/http/server.hpp>
#include <grandstand/ingest/rtmp_server.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace grandstand::app {

// Spreads the channels over the nodes: what the leases say runs here, what the others run is heard from them, and a
// publisher that comes to the wrong node brings its channel along (docs/decisions/0018-channels-over-nodes.md).
//
// Owner: App.   Runs on: loop 0; elsewhere() on any thread.   Stops: stop(), on loop 0.
class ChannelSpread {
 public:
  // All outlive it. On loop 0, the leases started with on_owner_changed().
  ChannelSpread(cluster::Leases& leases, cluster::Bus& bus, channels::Catalogue& catalogue, const hls::Origin& origin,
                ingest::RtmpServer* rtmp, const Clock& clock, aio::Loop& loop);
  ~ChannelSpread();

  void on_owner_changed();
  void stop();
  // Nowhere yet: while it has no picture, a channel that has just come here; who asks waits as for one that nobody has.
  std::optional<http::Server::Elsewhere> elsewhere(std::string_view channel) const;
  std::vector<http::Server::Elsewhere> other_nodes() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::app
