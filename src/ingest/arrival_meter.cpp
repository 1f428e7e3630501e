// SPDX-License-Identifier: MIT
#include "arrival_meter.hpp"

#include <algorithm>
#include <cmath>

namespace grandstand::ingest {

namespace {

double seconds_of(ArrivalMeter::Time duration) {
  return std::chrono::duration<double>(duration).count();
}

constexpr double kRtpRestart = 90'000;  // a step of more than a second is no jitter

}  // namespace

void ArrivalMeter::on_datagram(std::size_t bytes, Time arrived, std::optional<std::uint32_t> rtp_time) {
  tick(arrived);
  if (!window_began_) window_began_ = arrived;
  if (bytes_per_second_ > 0) {
    const double drained = bytes_per_second_ * seconds_of(arrived - *window_began_);
    const double before = static_cast<double>(window_bytes_) - drained;
    least_ = std::min(least_, before);
    most_ = std::max(most_, before + static_cast<double>(bytes));
  }
  window_bytes_ += bytes;
  if (!rtp_time) return;
  const double step = static_cast<std::int32_t>(*rtp_time - last_rtp_);
  last_rtp_ = *rtp_time;
  const double arrival = seconds_of(arrived) * 90'000;
  if (last_arrival_) {
    const double difference = arrival - *last_arrival_ - step;
    if (std::abs(difference) < kRtpRestart) jitter_ += (std::abs(difference) - jitter_) / 16;
  }
  last_arrival_ = arrival;
}

void ArrivalMeter::tick(Time now) {
  if (window_began_ && now - *window_began_ >= kWindow) end_window(now);
}

void ArrivalMeter::silence() {
  window_began_.reset();
  window_bytes_ = 0;
  bytes_per_second_ = least_ = most_ = 0;
}

void ArrivalMeter::end_window(Time now) {
  if (bytes_per_second_ > 0) delay_factor_ms_ = (most_ - least_) / bytes_per_second_ * 1'000;
  bytes_per_second_ = static_cast<double>(window_bytes_) / seconds_of(now - *window_began_);
  window_began_ = now;
  window_bytes_ = 0;
  least_ = most_ = 0;
}

}  // namespace grandstand::ingest
