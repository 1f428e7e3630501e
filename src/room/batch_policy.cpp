// SPDX-License-Identifier: MIT
#include "batch_policy.hpp"

#include <algorithm>
#include <cmath>

namespace grandstand::room {

namespace {
using namespace std::chrono_literals;

constexpr double kQuiet = 5;
constexpr double kBusy = 20;
constexpr double kHotAgain = 40;  // below this a hot room is only busy
constexpr double kHot = 50;
constexpr int kHotRest = 4;  // times what sending took
constexpr std::chrono::milliseconds kLongestRest{250};
}  // namespace

double BatchPolicy::rate_at(SteadyTime now) const {
  return now <= last_ ? rate_ : rate_ * std::exp(-std::chrono::duration<double>(now - last_).count());
}

void BatchPolicy::on_event(SteadyTime now) {
  rate_ = rate_at(now) + 1;
  last_ = now;
}

void BatchPolicy::on_sent(SteadyTime now, SteadyTime::duration took) {
  sent_ = now;
  sending_ = took;
}

std::chrono::milliseconds BatchPolicy::delay(SteadyTime now) {
  const double rate = rate_at(now);
  if (rate > kHot) {
    delay_ = 100ms;
  } else if (rate > kBusy) {
    if (delay_ != 100ms || rate < kHotAgain) delay_ = 50ms;
  } else if (rate < kQuiet) {
    delay_ = 0ms;
  } else if (delay_ == 100ms) {
    delay_ = 50ms;
  }
  const auto rest = std::min<SteadyTime::duration>(delay_ == 100ms ? kHotRest * sending_ : sending_, kLongestRest);
  return std::max(delay_, std::chrono::ceil<std::chrono::milliseconds>(sent_ + rest - now));
}

}  // namespace grandstand::room
