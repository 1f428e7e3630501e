// SPDX-License-Identifier: MIT
#include "used_keys.hpp"

#include <utility>

namespace grandstand::room {

namespace {

// User ids hold no line break, so no two pairs give the same name.
std::string name_of(const UserId& user, std::string_view key) {
  std::string name = user.value();
  name += '\n';
  name += key;
  return name;
}

}  // namespace

std::optional<wire::Position> UsedKeys::find(SteadyTime now, const UserId& user, std::string_view key) {
  forget_old(now);
  const auto found = positions_.find(name_of(user, key));
  if (found == positions_.end()) return std::nullopt;
  return found->second;
}

void UsedKeys::remember(SteadyTime now, const UserId& user, std::string_view key, wire::Position position) {
  auto name = name_of(user, key);
  if (!positions_.emplace(name, std::move(position)).second) return;
  uses_.push_back({now, std::move(name)});
  while (uses_.size() > limit_) {
    ++forgotten_;
    positions_.erase(uses_.front().name);
    uses_.pop_front();
  }
}

void UsedKeys::forget_old(SteadyTime now) {
  while (!uses_.empty() && now - uses_.front().at > lifetime_) {
    positions_.erase(uses_.front().name);
    uses_.pop_front();
  }
}

}  // namespace grandstand::room
