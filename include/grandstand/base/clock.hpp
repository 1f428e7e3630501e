// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace grandstand {

using SteadyTime = std::chrono::steady_clock::time_point;
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

// Where time comes from. No module reads a clock on its own, so that tests run hours in seconds.
// Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime steady() const = 0;  // never steps; for durations and timeouts
  virtual UtcTime utc() const = 0;        // wall clock; for stamps that people and other machines see
};

class SystemClock final : public Clock {
 public:
  SteadyTime steady() const override;
  UtcTime utc() const override;
};

// Milliseconds since 1970, the form of every time on the wire.
inline std::int64_t to_unix_ms(UtcTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}
inline UtcTime from_unix_ms(std::int64_t ms) {
  return UtcTime{std::chrono::milliseconds{ms}};
}

// "2026-11-21T08:40:55.123Z" (RFC 3339, milliseconds, UTC).
std::string to_rfc3339(UtcTime time);

}  // namespace grandstand
