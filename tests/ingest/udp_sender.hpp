// SPDX-License-Identifier: MIT
#pragma once

#include "feed_address.hpp"
#include "ts_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grandstand::ingest {

// Sends bytes as datagrams from a loopback address.
class Sender {
 public:
  explicit Sender(const std::string& from = "127.0.0.1") : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in local{};
    local.sin_family = AF_INET;
    inet_pton(AF_INET, from.c_str(), &local.sin_addr);
    bind(socket_, reinterpret_cast<sockaddr*>(&local), sizeof local);
    in_addr interface{};
    inet_pton(AF_INET, "127.0.0.1", &interface);
    setsockopt(socket_, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface);
  }
  ~Sender() { close(socket_); }

  void send(const std::string& address, std::uint16_t port, const ByteVector& bytes, std::size_t size = 1316) {
    const auto to = SocketAddress::parse(address, port);
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      const std::size_t count = std::min(size, bytes.size() - at);
      ASSERT_EQ(sendto(socket_, bytes.data() + at, count, 0, to->get(), to->size()), static_cast<ssize_t>(count));
    }
  }

 private:
  int socket_;
};

inline std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  bind(socket, reinterpret_cast<sockaddr*>(&any), sizeof any);
  socklen_t size = sizeof any;
  getsockname(socket, reinterpret_cast<sockaddr*>(&any), &size);
  close(socket);
  return ntohs(any.sin_port);
}

}  // namespace grandstand::ingest
