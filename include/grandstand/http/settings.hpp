// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ip_network.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace grandstand::http {

struct Settings {
  std::string address = "0.0.0.0";
  std::uint16_t port = 8080;
  std::string metrics_address;           // empty: /metrics is on the main port
  std::uint16_t metrics_port = 0;        // used when metrics_address is set
  std::size_t max_connections = 20'000;  // further ones are closed at once
  // Of one IPv4 address or IPv6 /64; 0: as many as it likes. Trusted proxies are not counted, but the WebSockets and
  // event streams are that come through them.
  std::size_t max_connections_per_client = 1'000;
  // Of one IPv4 address or IPv6 /64 to the API, per second and on each loop; ten times as many at once; 0: as many as
  // it likes. Trusted proxies themselves are not counted.
  std::size_t max_api_requests_per_client = 50;
  std::size_t max_header_bytes = 16u << 10;          // 431 beyond
  std::size_t max_body_bytes = 64u << 10;            // 413 beyond
  std::chrono::milliseconds header_timeout{10'000};  // from connect or first byte to the end of the header
  std::chrono::milliseconds idle_timeout{75'000};    // kept alive without a request
  std::chrono::milliseconds write_timeout{30'000};   // a response of which nothing could be sent for this long
  std::filesystem::path web_root;                    // the built web application; empty: none is served
  bool access_log = false;                           // a line at level debug for each request, without query values
  // Origins from which browsers may open /ws and call the API with cookies, besides our own ("https://tv.example").
  std::vector<std::string> allowed_origins;
  // Proxies whose X-Forwarded-For is believed: what it says is whom limits and access rules are about.
  std::vector<IpNetwork> trusted_proxies{IpNetwork::parse("127.0.0.0/8").value(), IpNetwork::parse("::1").value()};
};

}  // namespace grandstand::http
