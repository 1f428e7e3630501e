// SPDX-License-Identifier: MIT
#include "batch_policy.hpp"

#include <algorithm>
#include <cmath>

namespace grandstand::room {

namespace {
using namespace std::chrono_literals;

constexpr double kQuiet = 5;
constexpr double kBusy = 20;
constexpr double kHotAgain = 80;  // below this a hot room is only busy
constexpr double kHot = 100;
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
  rest_until_ = now + std::min<SteadyTime::duration>(took, kLongestRest);
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
  return std::max(delay_, std::chrono::ceil<std::chrono::milliseconds>(rest_until_ - now));
}

}  // namespace grandstand::room
