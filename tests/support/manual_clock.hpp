// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <atomic>
#include <chrono>

namespace grandstand {

// A clock that stands still until it is told to move. Begins at 2026-01-01T00:00:00Z. Safe from any thread.
class ManualClock final : public Clock {
 public:
  SteadyTime steady() const override { return SteadyTime{std::chrono::hours(1)} + std::chrono::microseconds(passed_); }
  UtcTime utc() const override {
    return UtcTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + std::chrono::microseconds(passed_);
  }

  void advance(std::chrono::microseconds duration) { passed_ += duration.count(); }

 private:
  std::atomic<std::int64_t> passed_{0};
};

}  // namespace grandstand
