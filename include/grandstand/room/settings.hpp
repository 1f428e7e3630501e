// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace grandstand::room {

struct Settings {
  std::size_t history_events = 1'000;  // kept for resuming
  std::chrono::seconds history_age{300};
  std::size_t resume_limit = 300;            // more missed events than this: not recovered
  std::size_t resume_bytes = 128u << 10;     // nor when they are larger than this together
  std::chrono::minutes key_lifetime{10};     // idempotency keys
  std::size_t key_limit = 50'000;            // of them; the oldest go first
  std::size_t limited_users = 20'000;        // users whose rate is remembered; the least recent go first
  std::size_t batch_events = 64;             // a frame is sent at once when it has so many events
  std::size_t batch_bytes = 16u << 10;       // or so many bytes
  std::chrono::seconds media_time_lead{60};  // how far ahead of our clock a sender's picture may claim to be
  std::chrono::seconds members_interval{5};  // at most one count of members in this time
};

}  // namespace grandstand::room
