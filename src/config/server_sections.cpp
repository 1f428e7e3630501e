// SPDX-License-Identifier: MIT
#include "server_sections.hpp"

#include "network_value.hpp"

#include <grandstand/base/url_authority.hpp>

namespace grandstand::config {

using namespace std::chrono_literals;

Section<ServerConfig> top_section() {
  return {
      "",
      "",
      {
          key(
              "data_directory", [](ServerConfig& c) -> auto& { return c.data_directory; },
              Text{1, 4096, "a path of at most 4096 characters"},
              "Where the daemon keeps what must outlive it: its private PostgreSQL. Relative to the folder of this "
              "file."),
          key(
              "channels_file", [](ServerConfig& c) -> auto& { return c.channels_file; },
              Text{1, 4096, "a path of at most 4096 characters"},
              "The lineup. Relative to the folder of this file. Read again on SIGHUP and when it changes."),
          key(
              "loops", [](ServerConfig& c) -> auto& { return c.loops; }, Integer{0, 64},
              "Threads that run the event loops. 0: one per core, at most 4."),
      },
  };
}

Section<ServerConfig> log_section() {
  const Choice<log::Level> levels{{{"trace", log::Level::kTrace},
                                   {"debug", log::Level::kDebug},
                                   {"info", log::Level::kInfo},
                                   {"warning", log::Level::kWarning},
                                   {"error", log::Level::kError}}};
  const Choice<log::Format> formats{{{"text", log::Format::kText}, {"json", log::Format::kJson}}};
  return {
      "log",
      "The log, on standard error.",
      {
          key(
              "level", [](ServerConfig& c) -> auto& { return c.log.level; }, levels,
              "Lines below this level are left out."),
          key(
              "format", [](ServerConfig& c) -> auto& { return c.log.format; }, formats,
              "text is for people, json (one object per line) for collectors."),
          key(
              "burst_per_second", [](ServerConfig& c) -> auto& { return c.log.burst_per_second; }, Integer{0, 100'000},
              "Lines with the same message per second; what is left out is counted and said. 0: no limit."),
      },
  };
}

Section<ServerConfig> http_section() {
  const Text origin{1, 256, "an origin such as https://tv.example (scheme, host, port; no path)", is_origin};
  return {
      "http",
      "The HTTP and WebSocket server: media, web application, API, /ws.",
      {
          key(
              "address", [](ServerConfig& c) -> auto& { return c.http.address; }, kAddress,
              "The address to listen on. 127.0.0.1 when a proxy on this machine stands in front."),
          key(
              "port", [](ServerConfig& c) -> auto& { return c.http.port; }, kPort,
              "0: any free port; the log says which."),
          key(
              "metrics_address", [](ServerConfig& c) -> auto& { return c.http.metrics_address; },
              Text{0, 64, "an IP address, or \"\"", is_ip_address},
              "A listener of its own for /metrics, which then leaves the main port. \"\": /metrics is on the main "
              "port."),
          key(
              "metrics_port", [](ServerConfig& c) -> auto& { return c.http.metrics_port; }, kPort,
              "Its port; must be set together with metrics_address."),
          key(
              "max_connections", [](ServerConfig& c) -> auto& { return c.http.max_connections; },
              Integer{1, 1'000'000, "connections"},
              "Open at once, WebSockets included; further ones are closed at once. Needs as many file descriptors."),
          key(
              "max_connections_per_client", [](ServerConfig& c) -> auto& { return c.http.max_connections_per_client; },
              Integer{0, 1'000'000, "connections"},
              "The same of one IPv4 address or IPv6 /64, so that nobody takes them all; 0: no bound of its own. "
              "Trusted "
              "proxies are not counted, but the WebSockets and event streams are that come through them (429)."),
          key(
              "max_api_requests_per_client",
              [](ServerConfig& c) -> auto& { return c.http.max_api_requests_per_client; },
              Integer{0, 100'000, "requests per second"},
              "To the API, of one IPv4 address or IPv6 /64 on each worker; ten times as many at once, further ones are "
              "answered with 429. 0: as many as it likes. Trusted proxies themselves are not counted."),
          key(
              "max_header_bytes", [](ServerConfig& c) -> auto& { return c.http.max_header_bytes; },
              Size{4 * KiB, 256 * KiB}, "The header of a request; a larger one is answered with 431."),
          key(
              "max_body_bytes", [](ServerConfig& c) -> auto& { return c.http.max_body_bytes; }, Size{1 * KiB, 16 * MiB},
              "The body of a request; a larger one is answered with 413."),
          key(
              "header_timeout", [](ServerConfig& c) -> auto& { return c.http.header_timeout; }, Duration{100ms, 5min},
              "From connecting (or the first byte of a further request) to the end of the header; then the connection "
              "is "
              "closed."),
          key(
              "idle_timeout", [](ServerConfig& c) -> auto& { return c.http.idle_timeout; }, Duration{100ms, 1h},
              "How long a connection is kept open without a request."),
          key(
              "write_timeout", [](ServerConfig& c) -> auto& { return c.http.write_timeout; }, Duration{100ms, 10min},
              "A response of which nothing could be sent for this long is given up."),
          key(
              "web_root", [](ServerConfig& c) -> auto& { return c.http.web_root; }, kPath,
              "The folder with the built web application. Relative to the folder of this file. \"\": the one that was "
              "installed or built with the daemon."),
          key(
              "access_log", [](ServerConfig& c) -> auto& { return c.http.access_log; }, Boolean{},
              "A line at level debug for each request, without query values."),
          key(
              "allowed_origins", [](ServerConfig& c) -> auto& { return c.http.allowed_origins; },
              ListOf<Text>{origin, 0, 64},
              "Origins, besides our own, whose pages may open /ws and call the API with cookies."),
          key(
              "trusted_proxies", [](ServerConfig& c) -> auto& { return c.http.trusted_proxies; },
              ListOf<Network>{{}, 0, 256},
              "Proxies and edges whose X-Forwarded-For is believed: by it go sign-in limits and access rules."),
      },
  };
}

Section<ServerConfig> clients_section() {
  return {
      "clients",
      "What set-top boxes and apps of other systems are spoken to with.",
      {
          key(
              "hdhomerun", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun; }, Boolean{},
              "An HDHomeRun tuner over HTTP, for Plex, Jellyfin, Emby and Channels: give them the address of the "
              "daemon."),
          key(
              "hdhomerun_name", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun_name; }, Text{1, 64, ""},
              "What they show."),
          key(
              "hdhomerun_device_id", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun_device_id; },
              Text{0, 8, "8 hexadecimal digits as of a tuner, with their check digit, or \"\"",
                   http::is_hdhomerun_device_id},
              "\"\": made of the name. Two tuners must not have the same."),
          key(
              "hdhomerun_tuners", [](ServerConfig& c) -> auto& { return c.clients.hdhomerun_tuners; },
              Integer{1, 1'000, "streams"}, "Streams at once; further ones are refused as \"all tuners in use\"."),
          key(
              "xtream", [](ServerConfig& c) -> auto& { return c.clients.xtream; }, Boolean{},
              "The Xtream Codes API (/player_api.php), with account name and password."),
      },
  };
}

namespace {

bool is_nats_url(std::string_view url) {
  return (url.starts_with("nats://") || url.starts_with("tls://")) && parse_url_authority(url).ok();
}

// The path of what is asked for is put behind it.
bool is_node_address(std::string_view url) {
  return is_http_url(url) && url.find_first_of("/?#@", url.find("://") + 3) == std::string_view::npos;
}

}  // namespace

Section<ServerConfig> cluster_section() {
  const Text name{0, 64, "at most 64 of A-Z, a-z, 0-9, _ and -", [](std::string_view text) {
                    return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
                           text.npos;
                  }};
  return {
      "cluster",
      "Several nodes that share one PostgreSQL: each room and each channel lives on one of them, and is taken over "
      "when that one dies.",
      {
          key(
              "nats_url", [](ServerConfig& c) -> auto& { return c.cluster.nats_url; },
              Text{.min = 0,
                   .max = 1024,
                   .what = "a URL such as nats://10.0.0.4:4222",
                   .check = is_nats_url,
                   .secret = true},
              "The NATS server by which the nodes talk. Empty: this node is alone."),
          key(
              "node", [](ServerConfig& c) -> auto& { return c.cluster.node; }, name,
              "The name of this node, different on each. Empty: the name of the host."),
          key(
              "address", [](ServerConfig& c) -> auto& { return c.cluster.address; },
              Text{0, 256, "a URL such as http://10.0.0.5:8080", is_node_address},
              "Where other nodes reach the HTTP of this one, which takes its share of the channels then. Empty on all: "
              "each node runs the whole lineup."),
          key(
              "lease", [](ServerConfig& c) -> auto& { return c.cluster.lease; }, Duration{2s, 60s},
              "How long after its last sign of life a node's rooms and channels are taken over."),
          key(
              "renewal", [](ServerConfig& c) -> auto& { return c.cluster.renewal; }, Duration{200ms, 15s},
              "How often a node gives a sign of life."),
          key(
              "settling", [](ServerConfig& c) -> auto& { return c.cluster.settling; }, Duration{0s, 60s},
              "How long a node that starts waits before it takes what is free, so that nodes that start together "
              "share."),
      },
  };
}

Section<ServerConfig> database_section() {
  return {
      "database",
      "PostgreSQL, which keeps accounts, chat and state.",
      {
          key(
              "url", [](ServerConfig& c) -> auto& { return c.database.url; },
              Text{.min = 0,
                   .max = 2048,
                   .what = "a URI such as postgresql://grandstand@db.example/grandstand, or \"\"",
                   .check = is_postgres_uri,
                   .secret = true},
              "Your PostgreSQL. A password is better kept in a libpq password file (PGPASSFILE). \"\": a private one "
              "that "
              "the daemon runs in its data directory."),
          key(
              "connections", [](ServerConfig& c) -> auto& { return c.database.connections; },
              Integer{1, 64, "connections"}, "Connections to it, one thread each."),
          key(
              "queue_limit", [](ServerConfig& c) -> auto& { return c.database.queue_limit; },
              Integer{16, 1'000'000, "requests"},
              "Requests that wait for a connection; further ones fail at once as unavailable."),
          key(
              "connect_timeout", [](ServerConfig& c) -> auto& { return c.database.connect_timeout; },
              Duration{100ms, 1min}, "For one attempt to connect."),
      },
  };
}

}  // namespace grandstand::config
