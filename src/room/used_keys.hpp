// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/room/settings.hpp>
#include <grandstand/wire/client_message.hpp>

#include <cstddef>
#include <cstdint>
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
  struct Use {
    wire::Position position;   // of the last stored event
    std::uint64_t ticket = 0;  // of the last committed event
    std::string result;        // for the sender
    bool held = false;
    bool shadowed = false;
  };

  explicit UsedKeys(const Settings& settings) : lifetime_(settings.key_lifetime), limit_(settings.key_limit) {}

  std::optional<Use> find(SteadyTime now, const UserId& user, std::string_view key);
  void remember(SteadyTime now, const UserId& user, std::string_view key, Use use);
  // The committed event was decided: not at all (none: the key may be used again), or with this result.
  void decide(const UserId& user, std::string_view key, const std::optional<std::string>& result);
  void forget_old(SteadyTime now);
  std::size_t size() const { return uses_.size(); }
  std::size_t take_forgotten() { return std::exchange(forgotten_, 0); }  // before their time

 private:
  struct Entry {
    SteadyTime at;
    std::string name;
  };

  std::chrono::minutes lifetime_;
  std::size_t limit_;
  std::size_t forgotten_ = 0;
  std::unordered_map<std::string, Use> uses_;  // by user and key
  std::deque<Entry> entries_;                  // in order of time
};

}  // namespace grandstand::room
