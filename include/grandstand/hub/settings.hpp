// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace grandstand::hub {

struct Settings {
  std::size_t max_message_bytes = 64u << 10;  // one message from a client; a larger one closes with 1009
  std::size_t send_queue_bytes = 256u << 10;  // unsent bytes per connection; beyond: closed with 4008
  std::size_t max_rooms_per_session = 16;
  std::size_t history_events = 1'000;  // per room, for resuming
  std::chrono::seconds history_age{300};
  std::size_t resume_limit = 300;           // more missed events than this: not recovered
  std::size_t store_queue_events = 50'000;  // wait for the database at most; beyond, events are shown but not stored
  std::chrono::seconds ping_interval{25};   // WebSocket pings; no sign of life for 2 of them closes with 4009
  std::string classifier_url;               // judges what is said where moderators ask for it; empty: nobody does
  std::chrono::milliseconds classifier_timeout{150};  // for an answer of it
  std::chrono::milliseconds empty_rooms{30'000};  // founded rooms go when nobody was there at two looks, so far apart
  std::chrono::milliseconds drain_within{5'000};  // at shutdown, clients are told to come back spread over this time
};

}  // namespace grandstand::hub
