// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample.hpp>

#include <chrono>
#include <optional>

namespace grandstand::ingest {

// When a sample of something that is not live by itself is due: as its time stamps run, from when the first one was
// given. Begins anew when time stamps jump and when it is late by more than `tolerance`: what was missed is not made up
// for in a burst.
//
// Pure: time is given. Owner: the thread that reads.
class Pacer {
 public:
  static constexpr media::MediaTime kJump = std::chrono::seconds{1};

  explicit Pacer(std::chrono::milliseconds tolerance) : tolerance_(tolerance) {}

  SteadyTime due(media::MediaTime dts, SteadyTime now) {
    const auto step = dts - last_;
    last_ = dts;
    if (anchored_ && step < kJump && step > -kJump) {
      const SteadyTime due = anchor_ + std::chrono::duration_cast<SteadyTime::duration>(dts - anchor_dts_);
      if (now - due <= tolerance_) return due;
    }
    anchored_ = true;
    anchor_ = now;
    anchor_dts_ = dts;
    return now;
  }

 private:
  std::chrono::milliseconds tolerance_;
  bool anchored_ = false;
  SteadyTime anchor_{};
  media::MediaTime anchor_dts_{0};
  media::MediaTime last_{0};
};

}  // namespace grandstand::ingest
