// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/room/room.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hub {

// What the hub counts. Safe from any thread.
class HubMetrics {
 public:
  HubMetrics(ops::Metrics& metrics, const room::FeatureCatalogue& features);

  // `name` as the client wrote it: names that no feature has are counted as one.
  void count_command(std::string_view name, const Status& outcome);

  // What guards kept from being carried out.
  void count_guarded(const room::GuardCount& guarded);

  ops::Gauge sessions;
  ops::Gauge rooms;
  ops::Counter deliveries;
  ops::Counter malformed;
  ops::Counter too_many;
  ops::Counter tokens_refused, bots_limited;
  ops::Counter wrong_guesses, guesses_refused;
  ops::Counter doors_closed;
  ops::Counter rooms_refused;
  ops::Counter forgotten_keys, forgotten_users;
  std::vector<ops::Counter> events;  // as in the catalogue; the last is the rooms' own

 private:
  ops::Counter command_counter(const std::string& name, std::string_view outcome);

  ops::Metrics& metrics_;
  std::vector<std::string> names_;  // of the features
  std::map<std::string, ops::Counter, std::less<>> carried_out_;
};

}  // namespace grandstand::hub
