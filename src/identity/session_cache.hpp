// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/identity/user.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace grandstand::identity {

// Who was found behind a token during the last 10 s, so that everybody who reconnects at once costs the database one
// query each at most. Pure.
class SessionCache {
 public:
  explicit SessionCache(std::size_t limit = 10'000) : entries_(limit) {}

  std::optional<User> find(const std::string& digest, SteadyTime now, UtcTime utc) {
    const Entry* entry = entries_.find(digest);
    if (entry == nullptr || now >= entry->until || utc >= entry->expires_at) return std::nullopt;
    return entry->user;
  }
  // A look-up that began before the sign-out must not bring the session back.
  bool is_revoked(const std::string& digest, SteadyTime now) {
    const Entry* entry = entries_.find(digest);
    return entry != nullptr && !entry->user && now < entry->until;
  }
  void put(const std::string& digest, const User& user, UtcTime expires_at, SteadyTime now) {
    if (is_revoked(digest, now)) return;
    entries_.put(digest, Entry{user, expires_at, now + kLifetime});
  }
  void revoke(const std::string& digest, SteadyTime now) {
    entries_.put(digest, Entry{std::nullopt, {}, now + kLifetime});
  }
  // What accounts are has changed: a look-up that began before is not to be put. Who is signed out stays so.
  void clear() {
    ++generation_;
    entries_.erase_if([](const Entry& entry) { return entry.user.has_value(); });
  }
  // The same, when it is one account that has changed.
  void forget(const UserId& account) {
    ++generation_;
    entries_.erase_if([&](const Entry& entry) { return entry.user && entry.user->id == account; });
  }
  std::uint64_t generation() const { return generation_; }

 private:
  static constexpr std::chrono::seconds kLifetime{10};

  struct Entry {
    std::optional<User> user;  // nothing: signed out
    UtcTime expires_at{};
    SteadyTime until{};
  };
  RecencyMap<Entry> entries_;
  std::uint64_t generation_ = 0;
};

}  // namespace grandstand::identity
