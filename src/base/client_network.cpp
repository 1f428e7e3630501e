// SPDX-License-Identifier: MIT
#include <grandstand/base/client_network.hpp>

#include <algorithm>
#include <iterator>

#include <arpa/inet.h>

namespace grandstand {

namespace {

std::string beginning_of(in6_addr address, std::ptrdiff_t bytes) {
  std::fill(std::begin(address.s6_addr) + bytes, std::end(address.s6_addr), std::uint8_t{0});
  char network[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &address, network, sizeof network);
  return network;
}

}  // namespace

std::string client_network(std::string_view address) {
  const std::string text(address);
  in6_addr parsed{};
  if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return text;
  return beginning_of(parsed, 8);
}

std::string network_block(std::string_view network) {
  const std::string text(network);
  in6_addr parsed{};
  if (inet_pton(AF_INET, text.c_str(), &parsed) == 1) return text.substr(0, text.rfind('.')) + ".0/24";
  if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed)) return text;
  return beginning_of(parsed, 6) + "/48";
}

bool is_local_network(std::string_view network) {
  return network.starts_with("127.") || network == client_network("::1");
}

}  // namespace grandstand
