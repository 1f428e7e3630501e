// SPDX-License-Identifier: MIT
#include "http_metrics.hpp"

#include <algorithm>
#include <string>

namespace grandstand::http {

HttpMetrics::HttpMetrics(ops::Metrics& metrics, std::span<const std::string_view> route_names) {
  static constexpr std::array<const char*, kClasses> kClassNames{"1xx", "2xx", "3xx", "4xx", "5xx"};
  for (const auto name : route_names) {
    auto& series = requests_.emplace_back();
    for (std::size_t i = 0; i < kClasses; ++i) {
      series[i] = metrics.counter("grandstand_http_requests_total", "Requests answered, by route and class of status.",
                                  {{"route", std::string(name)}, {"status", kClassNames[i]}});
    }
  }
  static constexpr std::array<const char*, static_cast<std::size_t>(Refused::kCount)> kReasons{
      "max_connections", "max_connections_per_client",
      "no_descriptor",   "header_timeout",
      "write_timeout",   "malformed",
      "sign_in_limit",   "api_limit",
      "slow_stream",     "provider_state"};
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    refused_[i] = metrics.counter("grandstand_http_refused_total",
                                  "Connections and requests refused because a limit was hit or they made no sense.",
                                  {{"reason", kReasons[i]}});
  }
  bytes_sent = metrics.counter("grandstand_http_bytes_sent_total", "Bytes of HTTP responses handed to the network.");
  connections = metrics.gauge("grandstand_http_connections", "Open connections, WebSockets included.");
  held_requests = metrics.gauge("grandstand_hls_held_requests",
                                "Requests that wait for a channel's next playlist version or part.");
  websocket_connections = metrics.gauge("grandstand_websocket_connections", "Open WebSockets.");
  streams = metrics.gauge("grandstand_http_streams", "Responses without end (continuous MPEG-TS) under way.");
  stream_skips =
      metrics.counter("grandstand_http_stream_skips_total",
                      "Times that a continuous stream went on at the live end because the server fell behind.");
  const char* const forwarding = "grandstand_http_forwarded_total";
  const char* const forwarding_text = "Requests taken to the node that runs the channel, by what became of them.";
  forwarded = metrics.counter(forwarding, forwarding_text, {{"outcome", "answered"}});
  forwarding_failed = metrics.counter(forwarding, forwarding_text, {{"outcome", "failed"}});
  websocket_dropped =
      metrics.counter("grandstand_websocket_dropped_total", "Frames of passing state that slow readers were spared.");
  const char* const closed = "grandstand_websocket_closed_total";
  const char* const closed_text = "WebSockets that the server closed for cause, by reason.";
  websocket_too_slow = metrics.counter(closed, closed_text, {{"reason", "too_slow"}});
  websocket_idle = metrics.counter(closed, closed_text, {{"reason", "idle"}});
  websocket_invalid = metrics.counter(closed, closed_text, {{"reason", "invalid"}});
  websocket_pings = metrics.counter(closed, closed_text, {{"reason", "too_many_pings"}});
}

void HttpMetrics::count_request(std::size_t route, int status) {
  const auto index = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
  requests_[route][index].add();
}

}  // namespace grandstand::http
