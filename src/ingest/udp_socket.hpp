// SPDX-License-Identifier: MIT
#pragma once

#include "feed_address.hpp"

#include <grandstand/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace grandstand::ingest {

// A bound, non-blocking UDP socket that has joined its group. It is bound to the group's address and not to any, and
// takes what was sent to its own memberships only, so that two groups on one port stay apart
// (bluenviron/mediamtx#2133).
//
// Owner: UdpSource.   Runs on: the source's loop.   Stops: closes on destruction.
class UdpSocket {
 public:
  static constexpr int kReceiveBuffer = 8 << 20;
  static constexpr std::size_t kMaxDatagram = 65'536;

  // `interface`: name or address; empty: what the routing table says.
  static Result<UdpSocket> open(const FeedAddress& feed, const std::string& interface);
  // Whether the machine has the interface and the address; no port is taken.
  static Status check_here(const FeedAddress& feed, const std::string& interface);

  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  ~UdpSocket();

  // `arrived`: when the kernel took it, in its clock of UTC; empty when it does not say.
  using OnDatagram =
      std::function<void(std::span<const std::uint8_t> bytes, std::optional<std::chrono::nanoseconds> arrived)>;

  // Hands out what has arrived, in batches of recvmmsg, until nothing is left or `max_bytes` are reached.
  // A truncated or failed receive is skipped.
  void drain(std::size_t max_bytes, const OnDatagram& on_datagram);

  // Datagrams that the kernel dropped because the receive buffer was full, since opening.
  std::uint64_t kernel_drops() const { return kernel_drops_; }

 private:
  explicit UdpSocket(int descriptor) : descriptor_(descriptor) {}
  Status prepare(const FeedAddress& feed, const std::string& interface);
  Status join(const FeedAddress& feed, unsigned interface_index);

  int descriptor_ = -1;
  std::uint64_t kernel_drops_ = 0;
  std::uint32_t last_drop_count_ = 0;
};

}  // namespace grandstand::ingest
