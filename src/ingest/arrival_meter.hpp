// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace grandstand::ingest {

// How datagrams arrive: bit rate, jitter by the RTP time stamps (RFC 3550 6.4.1), and the delay factor of the media
// delivery index (RFC 4445): how much a buffer that is drained at the stream's rate would have to hold, in time. The
// rate is that of the second before. Needs the time at which the kernel took each datagram: those of our reading are
// 10 ms apart.
//
// Pure: time is given. Owner: DatagramReader.
class ArrivalMeter {
 public:
  using Time = std::chrono::nanoseconds;  // of any clock that goes forward
  static constexpr std::chrono::seconds kWindow{1};

  void on_datagram(std::size_t bytes, Time arrived, std::optional<std::uint32_t> rtp_time);
  // Nothing arrived for a window.
  void silence();

  double bit_rate() const { return bytes_per_second_ * 8; }
  double jitter_ms() const { return jitter_ / 90; }
  double delay_factor_ms() const { return delay_factor_ms_; }

 private:
  void tick(Time now);
  void end_window(Time now);

  std::optional<Time> window_began_;
  std::uint64_t window_bytes_ = 0;
  double bytes_per_second_ = 0;
  double least_ = 0;  // of the virtual buffer, bytes
  double most_ = 0;
  double delay_factor_ms_ = 0;
  double jitter_ = 0;  // ticks of 90 kHz
  std::optional<double> last_arrival_;
  std::uint32_t last_rtp_ = 0;
};

}  // namespace grandstand::ingest
