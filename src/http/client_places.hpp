// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ip_network.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace grandstand::http {

// How many connections each client has open, so that none takes all of http.max_connections. A client is an IPv4
// address or an IPv6 /64. They are counted in a table of fixed size that nobody outside can aim at: two clients may
// share a counter, which matters only far beyond http.max_connections.
//
// Owner: the site, and each place.   Runs on: any thread.
class ClientPlaces {
 public:
  // One open connection; gives its place back when it goes.
  class Place {
   public:
    Place() = default;  // of nobody who is counted
    Place(Place&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(counter_, other.counter_);
      return *this;
    }
    ~Place() {
      if (counter_ != nullptr) counter_->fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    friend class ClientPlaces;
    explicit Place(std::atomic<std::uint32_t>& counter) : counter_(&counter) {}
    std::atomic<std::uint32_t>* counter_ = nullptr;
  };

  // `limit`: of one client, 0: none. `exempt` are not counted: behind a proxy there are many.
  ClientPlaces(std::size_t limit, std::span<const IpNetwork> exempt);

  // Nothing when the client has as many as it may.
  std::optional<Place> take(std::string_view address);

 private:
  static constexpr std::size_t kCounters = 1u << 15;

  std::size_t limit_;
  std::span<const IpNetwork> exempt_;
  std::string secret_;
  std::unique_ptr<std::array<std::atomic<std::uint32_t>, kCounters>> counters_;
};

}  // namespace grandstand::http
