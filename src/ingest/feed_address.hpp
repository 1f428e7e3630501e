// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace grandstand::ingest {

// An IPv4 or IPv6 address with port, as the socket calls take it.
struct SocketAddress {
  sockaddr_storage storage{};

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  socklen_t size() const { return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
  int family() const { return storage.ss_family; }
  std::uint16_t port() const;
  bool is_multicast() const;
  std::string text() const;  // "239.1.1.1:5000", "[ff15::1]:5000"

  // An address in digits, IPv6 without brackets. Names are not looked up: that blocks.
  static std::optional<SocketAddress> parse(std::string_view address, std::uint16_t port);
};

// What udp:// and rtp:// URLs name: udp://[source@]address:port.
struct FeedAddress {
  SocketAddress address;
  std::optional<SocketAddress> source;  // only what this host sends (SSM)

  static Result<FeedAddress> parse(std::string_view url);
};

}  // namespace grandstand::ingest
