// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <cmath>
#include <optional>

namespace grandstand::ingest {

// Gives pictures that are a frame apart in truth the times that rounding to milliseconds took away: as long as a stated
// time agrees with a multiple of the frame's duration, the multiple is right. A frame rate that is not kept (left out
// pictures, variable rates, a header that is wrong) changes nothing by more than the rounding.
class FlvRegularClock {
 public:
  // Frames per second; 0: unknown, times stay as stated.
  void set_rate(double frame_rate) {
    frame_ = frame_rate > 0 ? 90'000 / frame_rate : 0;
    anchor_ = std::nullopt;
  }
  void restart() { anchor_ = std::nullopt; }

  media::MediaTime decoding(media::MediaTime stated) {
    if (frame_ <= 0) return stated;
    const auto time = static_cast<double>(stated.count());
    if (!anchor_) anchor_ = time;
    const double predicted = *anchor_ + std::round((time - *anchor_) / frame_) * frame_;
    const double error = time - predicted;
    if (std::abs(error) > kRounding) {
      anchor_ = time;
      return stated;
    }
    anchor_ = predicted + error / kSlowness;  // follows the publisher's clock, which is no atomic one
    return media::MediaTime(std::llround(*anchor_));
  }

  // A distance of decoding and display.
  media::MediaTime composition(media::MediaTime stated) const {
    if (frame_ <= 0) return stated;
    const auto time = static_cast<double>(stated.count());
    const double regular = std::round(time / frame_) * frame_;
    return std::abs(time - regular) <= kRounding ? media::MediaTime(std::llround(regular)) : stated;
  }

 private:
  static constexpr double kRounding = 135;  // 1.5 ms: two roundings down, apart by less
  static constexpr double kSlowness = 256;

  double frame_ = 0;  // ticks
  std::optional<double> anchor_;
};

}  // namespace grandstand::ingest
