// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace grandstand::webhooks {

struct Settings {
  bool enabled = true;
  bool private_networks = false;              // whether receivers may be at loopback, private and link-local addresses
  std::size_t per_channel = 10;               // webhooks
  std::size_t connections = 8;                // deliveries under way at once, one thread each
  std::chrono::milliseconds timeout{10'000};  // of one attempt
  std::chrono::milliseconds retry_first{5'000};  // after a failure, doubling up to retry_longest
  std::chrono::milliseconds retry_longest{3'600'000};
  std::chrono::hours give_up_after{24};  // of the event's age: then it is parked
  std::chrono::hours keep{24 * 7};       // how long deliveries are listed and can be had again
  std::size_t queue_limit = 100'000;     // deliveries that wait for one webhook; events beyond are dropped, and counted
};

}  // namespace grandstand::webhooks
