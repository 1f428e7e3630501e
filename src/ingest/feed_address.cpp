// SPDX-License-Identifier: MIT
#include "feed_address.hpp"

#include <grandstand/base/log.hpp>

#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace grandstand::ingest {

namespace {

Error wrong(std::string_view url, std::string_view what) {
  return {ErrorCode::kInvalidArgument, "url \"" + log::redact(url) + "\": " + std::string(what) +
                                           "; expected udp://[source@]address:port, for example udp://239.1.1.1:5000"};
}

std::string_view without_brackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

std::uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port
                                    : reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

bool SocketAddress::is_multicast() const {
  if (family() == AF_INET6) return reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr.s6_addr[0] == 0xFF;
  return ntohl(reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr.s_addr) >> 28 == 0xE;
}

std::string SocketAddress::text() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (family() == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, buffer, sizeof buffer);
    return "[" + std::string(buffer) + "]:" + std::to_string(port());
  }
  inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, buffer, sizeof buffer);
  return std::string(buffer) + ":" + std::to_string(port());
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view address, std::uint16_t port) {
  const std::string text(address);
  SocketAddress parsed;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&parsed.storage, &v4, sizeof v4);
    return parsed;
  }
  if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&parsed.storage, &v6, sizeof v6);
    return parsed;
  }
  return std::nullopt;
}

Result<FeedAddress> FeedAddress::parse(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return wrong(url, "it has no scheme");
  std::string_view rest = url.substr(scheme + 3);
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != std::string_view::npos) return wrong(url, "a path or options are not understood");

  FeedAddress feed;
  std::string_view source;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    source = rest.substr(0, at);
    rest = rest.substr(at + 1);
    // "udp://@group:port" is what other tools write for "no source".
    if (!source.empty()) {
      feed.source = SocketAddress::parse(without_brackets(source), 0);
      if (!feed.source) return wrong(url, "what stands before the @ is not the IP address of a source");
    }
  }
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || (rest.back() == ']')) return wrong(url, "the port is missing");
  const std::string_view host = rest.substr(0, colon);
  const std::string_view digits = rest.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failure != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    return wrong(url, "the port \"" + std::string(digits) + "\" is not a number from 1 to 65535");
  }
  const auto address = SocketAddress::parse(without_brackets(host), port);
  if (!address) return wrong(url, "\"" + std::string(host) + "\" is not an IP address");
  feed.address = *address;
  if (feed.source && !feed.address.is_multicast()) return wrong(url, "a source is for multicast groups only");
  if (feed.source && feed.source->family() != feed.address.family()) {
    return wrong(url, "source and group are of different IP versions");
  }
  if (feed.source && feed.source->is_multicast()) return wrong(url, "the source is a multicast group");
  return feed;
}

}  // namespace grandstand::ingest
