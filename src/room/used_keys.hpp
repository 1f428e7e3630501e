// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/room/settings.hpp>
#include <grandstand/wire/client_message.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace grandstand::room {

// Which idempotency keys were used lately, and what their commands led to. Bounded by age and number, the oldest go
// first.
class UsedKeys {
 public:
  explicit UsedKeys(const Settings& settings) : lifetime_(settings.key_lifetime), limit_(settings.key_limit) {}

  std::optional<wire::Position> find(SteadyTime now, const UserId& user, std::string_view key);
  void remember(SteadyTime now, const UserId& user, std::string_view key, wire::Position position);
  void forget_old(SteadyTime now);
  std::size_t size() const { return positions_.size(); }
  std::size_t take_forgotten() { return std::exchange(forgotten_, 0); }  // before their time

 private:
  struct Use {
    SteadyTime at;
    std::string name;
  };

  std::chrono::minutes lifetime_;
  std::size_t limit_;
  std::size_t forgotten_ = 0;
  std::unordered_map<std::string, wire::Position> positions_;  // by user and key
  std::deque<Use> uses_;                                       // in order of time
};

}  // namespace grandstand::room
