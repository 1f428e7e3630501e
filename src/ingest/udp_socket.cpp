// SPDX-License-Identifier: MIT
#include "udp_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

namespace grandstand::ingest {

namespace {

constexpr std::size_t kBatch = 32;

Error failed(const std::string& what) {
  const int code = errno;
  return {ErrorCode::kUnavailable, what + ": " + std::strerror(code)};
}

void set_option(int descriptor, int level, int name, int value) {
  setsockopt(descriptor, level, name, &value, sizeof value);
}

bool has_address(const ifaddrs& entry, const SocketAddress& address) {
  if (entry.ifa_addr == nullptr || entry.ifa_addr->sa_family != address.family()) return false;
  if (address.family() == AF_INET) {
    return reinterpret_cast<const sockaddr_in*>(entry.ifa_addr)->sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr.s_addr;
  }
  return std::memcmp(&reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr)->sin6_addr,
                     &reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr, sizeof(in6_addr)) == 0;
}

Result<unsigned> find_interface(const std::string& name) {
  if (name.empty()) return 0u;
  if (const unsigned index = if_nametoindex(name.c_str()); index != 0) return index;
  const auto address = SocketAddress::parse(name, 0);
  if (!address) return Error{ErrorCode::kNotFound, "interface \"" + name + "\": this machine has none of that name"};
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return failed("listing the interfaces");
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (has_address(*entry, *address)) return if_nametoindex(entry->ifa_name);
  }
  return Error{ErrorCode::kNotFound, "interface \"" + name + "\": no interface of this machine has that address"};
}

// Where datagrams are received into. It is needed during one drain only, so all sockets of a loop share it; of the
// slots of 64 KiB (no datagram is larger) only the pages that were once written take memory.
struct ReceiveSlots {
  std::unique_ptr<std::uint8_t[]> memory{new std::uint8_t[kBatch * UdpSocket::kMaxDatagram]};
  std::array<iovec, kBatch> ranges{};
  std::array<mmsghdr, kBatch> messages{};
  std::array<std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint32_t)) + CMSG_SPACE(sizeof(timespec))>, kBatch>
      controls{};

  ReceiveSlots() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      ranges[i] = {memory.get() + i * UdpSocket::kMaxDatagram, UdpSocket::kMaxDatagram};
      messages[i].msg_hdr.msg_iov = &ranges[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].data();
    }
  }
};

}  // namespace

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      kernel_drops_(other.kernel_drops_),
      last_drop_count_(other.last_drop_count_) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(kernel_drops_, other.kernel_drops_);
  std::swap(last_drop_count_, other.last_drop_count_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<UdpSocket> UdpSocket::open(const FeedAddress& feed, const std::string& interface) {
  const int descriptor = ::socket(feed.address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed("opening a UDP socket");
  UdpSocket socket(descriptor);
  GRANDSTAND_RETURN_IF_ERROR(socket.prepare(feed, interface));
  return socket;
}

Status UdpSocket::check_here(const FeedAddress& feed, const std::string& interface) {
  GRANDSTAND_TRY(const unsigned index, find_interface(interface));
  if (feed.address.is_multicast()) return success();
  const UdpSocket socket(::socket(feed.address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket.descriptor_ < 0) return failed("opening a UDP socket");
  SocketAddress any_port = feed.address;
  if (any_port.family() == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&any_port.storage)->sin6_port = 0;
    reinterpret_cast<sockaddr_in6*>(&any_port.storage)->sin6_scope_id = index;
  } else {
    reinterpret_cast<sockaddr_in*>(&any_port.storage)->sin_port = 0;
  }
  if (::bind(socket.descriptor_, any_port.get(), any_port.size()) == 0) return success();
  if (errno != EADDRNOTAVAIL) return failed("binding to " + feed.address.text());
  return Error{ErrorCode::kNotFound, "\"" + feed.address.text() + "\": this machine does not have that address"};
}

Status UdpSocket::prepare(const FeedAddress& feed, const std::string& interface) {
  GRANDSTAND_TRY(const unsigned index, find_interface(interface));
  const bool multicast = feed.address.is_multicast();
  // Several readers may take one group; a unicast port has one owner, and a second one must hear of it.
  if (multicast) set_option(descriptor_, SOL_SOCKET, SO_REUSEADDR, 1);
  const int size = kReceiveBuffer;
  if (setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, size);  // up to net.core.rmem_max
  }
  set_option(descriptor_, SOL_SOCKET, SO_RXQ_OVFL, 1);
  set_option(descriptor_, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  if (feed.address.family() == AF_INET6) {
    set_option(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set_option(descriptor_, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
  } else {
    set_option(descriptor_, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  }
  SocketAddress local = feed.address;
  if (local.family() == AF_INET6) reinterpret_cast<sockaddr_in6*>(&local.storage)->sin6_scope_id = index;
  if (::bind(descriptor_, local.get(), local.size()) != 0) return failed("binding to " + feed.address.text());
  if (multicast) return join(feed, index);
  return success();
}

Status UdpSocket::join(const FeedAddress& feed, unsigned interface_index) {
  const int level = feed.address.family() == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  int outcome = 0;
  if (feed.source) {
    group_source_req request{};
    request.gsr_interface = interface_index;
    request.gsr_group = feed.address.storage;
    request.gsr_source = feed.source->storage;
    outcome = setsockopt(descriptor_, level, MCAST_JOIN_SOURCE_GROUP, &request, sizeof request);
  } else {
    group_req request{};
    request.gr_interface = interface_index;
    request.gr_group = feed.address.storage;
    outcome = setsockopt(descriptor_, level, MCAST_JOIN_GROUP, &request, sizeof request);
  }
  if (outcome == 0) return success();
  if (errno == ENODEV && interface_index == 0) {
    return Error{ErrorCode::kUnavailable,
                 "joining " + feed.address.text() + ": no route says on which interface; give the feed's `interface`"};
  }
  return failed("joining " + feed.address.text());
}

void UdpSocket::drain(std::size_t max_bytes, const OnDatagram& on_datagram) {
  static thread_local ReceiveSlots slots;
  std::size_t bytes = 0;
  while (bytes < max_bytes) {
    for (std::size_t i = 0; i < kBatch; ++i) slots.messages[i].msg_hdr.msg_controllen = slots.controls[i].size();
    const int count = recvmmsg(descriptor_, slots.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (count <= 0) return;
    for (int i = 0; i < count; ++i) {
      mmsghdr& message = slots.messages[static_cast<std::size_t>(i)];
      std::optional<std::chrono::nanoseconds> arrived;
      for (cmsghdr* c = CMSG_FIRSTHDR(&message.msg_hdr); c != nullptr; c = CMSG_NXTHDR(&message.msg_hdr, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
          timespec time{};
          std::memcpy(&time, CMSG_DATA(c), sizeof time);
          arrived = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
        }
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
        std::uint32_t drops = 0;
        std::memcpy(&drops, CMSG_DATA(c), sizeof drops);
        kernel_drops_ += drops - std::exchange(last_drop_count_, drops);
      }
      bytes += message.msg_len;
      if ((message.msg_hdr.msg_flags & MSG_TRUNC) != 0) continue;
      on_datagram({static_cast<const std::uint8_t*>(message.msg_hdr.msg_iov->iov_base), message.msg_len}, arrived);
    }
    if (count < static_cast<int>(kBatch)) return;
  }
}

}  // namespace grandstand::ingest
