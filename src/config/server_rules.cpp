// SPDX-License-Identifier: MIT
#include "server_schema.hpp"

namespace grandstand::config {
namespace {

bool listens_everywhere(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

// Whether two listeners would want the same port of the same address.
bool collide(const std::string& address_a, std::uint16_t port_a, const std::string& address_b, std::uint16_t port_b) {
  if (port_a == 0 || port_a != port_b) return false;
  return address_a == address_b || listens_everywhere(address_a) || listens_everywhere(address_b);
}

std::vector<Rule> make_rules() {
  using Broken = std::optional<std::string>;
  return {
      {{"hls.max_segment_duration", "hls.segment_duration"},
       [](const ServerConfig& c) -> Broken {
         if (c.hls.max_segment_duration >= c.hls.segment_duration) return std::nullopt;
         return quote(print_duration(c.hls.max_segment_duration)) +
                " is shorter than segment_duration; expected at least " + print_duration(c.hls.segment_duration);
       }},
      {{"hls.window", "hls.max_segment_duration"},
       [](const ServerConfig& c) -> Broken {
         if (c.hls.window >= 3 * c.hls.max_segment_duration) return std::nullopt;
         return "the window of " + print_duration(c.hls.window) +
                " is shorter than 3 times max_segment_duration; expected at least " +
                print_duration(3 * c.hls.max_segment_duration);
       }},
      {{"rtmp.port", "rtmp.address", "http.port", "http.address"},
       [](const ServerConfig& c) -> Broken {
         if (!c.rtmp.enabled || !collide(c.http.address, c.http.port, c.rtmp.address, c.rtmp.port)) return std::nullopt;
         return std::to_string(c.rtmp.port) + " is both http.port and rtmp.port; expected different ports";
       }},
      {{"http.metrics_port", "http.metrics_address"},
       [](const ServerConfig& c) -> Broken {
         if (c.http.metrics_address.empty() == (c.http.metrics_port == 0)) return std::nullopt;
         return "metrics_address and metrics_port belong together; expected both or neither";
       }},
      {{"http.metrics_port", "http.metrics_address"},
       [](const ServerConfig& c) -> Broken {
         const bool taken =
             collide(c.http.metrics_address, c.http.metrics_port, c.http.address, c.http.port) ||
             (c.rtmp.enabled && collide(c.http.metrics_address, c.http.metrics_port, c.rtmp.address, c.rtmp.port));
         if (c.http.metrics_address.empty() || !taken) return std::nullopt;
         return "port " + std::to_string(c.http.metrics_port) +
                " is http.port or rtmp.port, too; expected a port of its own";
       }},
      {{"hub.send_queue_bytes", "hub.max_message_bytes"},
       [](const ServerConfig& c) -> Broken {
         if (c.hub.send_queue_bytes >= c.hub.max_message_bytes) return std::nullopt;
         return quote(print_size(c.hub.send_queue_bytes)) + " is less than max_message_bytes; expected at least " +
                print_size(c.hub.max_message_bytes);
       }},
      {{"cluster.nats_url", "database.url"},
       [](const ServerConfig& c) -> Broken {
         if (c.cluster.nats_url.empty() || !c.database.url.empty()) return std::nullopt;
         return "nodes share one PostgreSQL; expected database.url, too";
       }},
      {{"cluster.renewal", "cluster.lease"},
       [](const ServerConfig& c) -> Broken {
         if (c.cluster.renewal * 3 <= c.cluster.lease) return std::nullopt;
         return "a lease has to outlive two renewals that fail; expected at most a third of cluster.lease";
       }},
      {{"calls.turn", "calls.turn_secret"},
       [](const ServerConfig& c) -> Broken {
         if (c.calls.turn.empty() || !c.calls.turn_secret.empty()) return std::nullopt;
         return "browsers need credentials for TURN servers; expected calls.turn_secret, too";
       }},
      {{"hub.resume_limit", "hub.history_events"},
       [](const ServerConfig& c) -> Broken {
         if (c.hub.resume_limit <= c.hub.history_events) return std::nullopt;
         return quote(std::to_string(c.hub.resume_limit)) + " is more than history_events; expected at most " +
                std::to_string(c.hub.history_events);
       }},
  };
}

}  // namespace

const std::vector<Rule>& server_rules() {
  static const std::vector<Rule> rules = make_rules();
  return rules;
}

}  // namespace grandstand::config
