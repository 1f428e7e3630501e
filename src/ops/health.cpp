// SPDX-License-Identifier: MIT
#include <grandstand/ops/health.hpp>

#include <algorithm>

namespace grandstand::ops {

void Health::set(const std::string& part, bool ok, std::string reason) {
  std::lock_guard lock(mutex_);
  checks_[part] = Check{ok, ok ? std::string{} : std::move(reason)};
}

std::map<std::string, Health::Check> Health::checks() const {
  std::lock_guard lock(mutex_);
  return checks_;
}

bool Health::ready() const {
  std::lock_guard lock(mutex_);
  return std::all_of(checks_.begin(), checks_.end(), [](const auto& entry) { return entry.second.ok; });
}

}  // namespace grandstand::ops
