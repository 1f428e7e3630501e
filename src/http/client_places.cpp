// SPDX-License-Identifier: MIT
#include "client_places.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/client_network.hpp>

#include <functional>

#include <openssl/rand.h>

namespace grandstand::http {

ClientPlaces::ClientPlaces(std::size_t limit, std::span<const IpNetwork> exempt)
    : limit_(limit),
      exempt_(exempt),
      secret_(16, '\0'),
      counters_(std::make_unique<decltype(counters_)::element_type>()) {
  GRANDSTAND_ASSERT(RAND_bytes(reinterpret_cast<std::uint8_t*>(secret_.data()), static_cast<int>(secret_.size())) == 1);
}

std::optional<ClientPlaces::Place> ClientPlaces::take(std::string_view address) {
  if (limit_ == 0) return Place{};
  const auto parsed = IpAddress::parse(address);
  if (parsed && contains(exempt_, *parsed)) return Place{};
  auto& counter = (*counters_)[std::hash<std::string>{}(secret_ + client_network(address)) % kCounters];
  if (counter.fetch_add(1, std::memory_order_relaxed) < limit_) return Place(counter);
  counter.fetch_sub(1, std::memory_order_relaxed);
  return std::nullopt;
}

}  // namespace grandstand::http
