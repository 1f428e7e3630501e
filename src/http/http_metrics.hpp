// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ops/metrics.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace grandstand::http {

// The series of this module; made once, so that counting is an increment. Safe from any loop.
class HttpMetrics {
 public:
  enum class Refused {
    kMaxConnections,
    kMaxPerClient,
    kNoDescriptor,
    kHeaderTimeout,
    kWriteTimeout,
    kMalformed,
    kSignInLimit,
    kApiLimit,
    kSlowStream,
    kProviderState,  // an identity provider's answer that this browser did not ask for
    kCount
  };

  HttpMetrics(ops::Metrics& metrics, std::span<const std::string_view> route_names);

  // `route`: index into the names.
  void count_request(std::size_t route, int status);
  void count_refused(Refused reason) { refused_[static_cast<std::size_t>(reason)].add(); }

  ops::Counter bytes_sent;
  ops::Gauge connections;
  ops::Gauge held_requests;
  ops::Gauge websocket_connections;
  ops::Gauge streams;               // responses without end
  ops::Counter stream_skips;        // media that such a response left out
  ops::Counter forwarded;           // answers that another node gave for us
  ops::Counter forwarding_failed;   // requests for which none did
  ops::Counter websocket_dropped;   // conflatable frames that a slow reader did not get
  ops::Counter websocket_too_slow;  // closed with 4008
  ops::Counter websocket_idle;      // closed with 4009
  ops::Counter websocket_invalid;   // closed for what the client sent
  ops::Counter websocket_pings;     // closed with 4029: more pings than messages may come

 private:
  static constexpr std::size_t kClasses = 5;  // 1xx to 5xx
  std::vector<std::array<ops::Counter, kClasses>> requests_;
  std::array<ops::Counter, static_cast<std::size_t>(Refused::kCount)> refused_;
};

}  // namespace grandstand::http
