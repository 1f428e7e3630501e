// SPDX-License-Identifier: MIT
#include "ladder_shedding.hpp"

#include <algorithm>

namespace grandstand::channels {

std::optional<std::size_t> LadderShedding::observe(std::chrono::milliseconds waited, SteadyTime now) {
  if (waited <= limits_.late) {
    late_since_.reset();
    if (running_ == rungs_ || now < retry_at_) return std::nullopt;
    ++running_;
    changed_at_ = now;
    retry_at_ = now + wait_;
    return running_;
  }
  if (!late_since_) late_since_ = now;
  const bool settling = changed_at_ && now - *changed_at_ < limits_.settle;
  if (settling || now - *late_since_ < limits_.patience || running_ <= least_) return std::nullopt;
  // What held for long was carried; what falls soon after it was tried is too much.
  const bool held = !changed_at_ || now - *changed_at_ > 2 * wait_;
  wait_ = held ? limits_.first_retry : std::min(wait_ * 2, limits_.longest_retry);
  --running_;
  changed_at_ = now;
  retry_at_ = now + wait_;
  late_since_.reset();
  return running_;
}

void LadderShedding::set_rungs(std::size_t rungs) {
  rungs_ = running_ = rungs;
  late_since_.reset();
}

}  // namespace grandstand::channels
