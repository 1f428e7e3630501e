// SPDX-License-Identifier: MIT
#include <grandstand/base/client_network.hpp>

#include <algorithm>
#include <iterator>

#include <arpa/inet.h>

namespace grandstand {

std::string client_network(std::string_view address) {
  const std::string text(address);
  in6_addr parsed{};
  if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return text;
  std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
  char network[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &parsed, network, sizeof network);
  return network;
}

}  // namespace grandstand
