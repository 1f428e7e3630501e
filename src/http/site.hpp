// SPDX-License-Identifier: MIT
#pragma once

#include "admitted_streams.hpp"
#include "client_places.hpp"
#include "event_streams.hpp"
#include "guide_answers.hpp"
#include "held_requests.hpp"
#include "http_metrics.hpp"
#include "known_logins.hpp"
#include "network_limiter.hpp"
#include "static_files.hpp"
#include "stream_viewers.hpp"
#include "upstream.hpp"

#include <grandstand/http/server.hpp>
#include <grandstand/http/settings.hpp>

#include <atomic>
#include <cstdint>
#include <vector>

namespace grandstand::http {

// Which listener a client came through: the metrics one, where it is separate, serves only what operators ask for.
enum class Door { kMain, kOperators };

// What one loop keeps for all of its clients beside their connections.
struct LoopDesk {
  std::atomic<std::int64_t> last_tick_ms{
      0};  // of the steady clock; 0: has not begun. Read by /healthz from other loops
  NetworkLimiter sign_ins{NetworkLimiter::kSignIns};
  NetworkLimiter api{RateLimit{}};  // settings.max_api_requests_per_client
  KnownLogins logins;
  HeldRequests held;
  StreamViewers viewers;
  AdmittedStreams admitted;
  EventStreams events;
  GuideAnswers guide;
  UpstreamPool upstreams;
};

// What all connections and routes of one server share.
//
// Owner: the server, and tasks that outlive it for a moment.   Runs on: any loop; desks on theirs.
struct Site {
  Site(Settings s, Server::Context context, StaticFiles loaded);

  const Settings settings;
  const Server::Context parts;
  const StaticFiles files;
  HttpMetrics metrics;
  ClientPlaces places;
  std::atomic<std::size_t> tuners{0};  // of clients.hdhomerun_tuners, in use
  std::vector<LoopDesk> desks;         // by the loop's index
  std::atomic<std::size_t> connections{0};
};

}  // namespace grandstand::http
