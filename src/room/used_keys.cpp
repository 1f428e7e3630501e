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

std::optional<UsedKeys::Use> UsedKeys::find(SteadyTime now, const UserId& user, std::string_view key) {
  forget_old(now);
  const auto found = uses_.find(name_of(user, key));
  if (found == uses_.end()) return std::nullopt;
  return found->second;
}

void UsedKeys::remember(SteadyTime now, const UserId& user, std::string_view key, Use use) {
  auto name = name_of(user, key);
  if (!uses_.emplace(name, std::move(use)).second) return;
  entries_.push_back({now, std::move(name)});
  while (entries_.size() > limit_) {
    ++forgotten_;
    uses_.erase(entries_.front().name);
    entries_.pop_front();
  }
}

void UsedKeys::decide(const UserId& user, std::string_view key, const std::optional<std::string>& result) {
  const auto found = uses_.find(name_of(user, key));
  if (found == uses_.end()) return;
  if (result) {
    found->second.ticket = 0;
    found->second.result = *result;
    return;
  }
  // Its entry stays: that the key is forgotten twice does no harm, and one used again is forgotten early at worst.
  uses_.erase(found);
}

void UsedKeys::forget_old(SteadyTime now) {
  while (!entries_.empty() && now - entries_.front().at > lifetime_) {
    uses_.erase(entries_.front().name);
    entries_.pop_front();
  }
}

}  // namespace grandstand::room
