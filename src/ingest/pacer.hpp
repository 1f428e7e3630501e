// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>

namespace grandstand::ingest {

// When a sample of something that is not live by itself is due: as its time stamps run, from when the first one was
// given. Begins anew when it is late by more than `tolerance`: what was missed is not made up for in a burst. A track
// whose time stamps jump goes on where the furthest track is.
//
// Tracks lie apart in what is read, by the sound that a muxer collects in one packet or by more: only the furthest one
// says what time it is, and a sample of a track that lags behind is simply due.
//
// Pure: time is given. Owner: the thread that reads.
class Pacer {
 public:
  // Far more than two pictures of a slide show, or the tracks of a badly interleaved file, lie apart.
  static constexpr media::MediaTime kJumpAhead = std::chrono::seconds{10};
  static constexpr media::MediaTime kJumpBack = std::chrono::seconds{1};

  explicit Pacer(std::chrono::milliseconds tolerance) : tolerance_(tolerance) {}

  SteadyTime due(std::uint32_t track, media::MediaTime dts, SteadyTime now) {
    if (!anchored_) {
      anchored_ = true;
      furthest_ = dts;
      anchor(dts, now);
    }
    TrackClock& clock = clocks_.try_emplace(track, TrackClock{dts, offset_}).first->second;
    const auto step = dts - std::exchange(clock.dts, dts);
    if (step < -kJumpBack || dts + clock.offset - furthest_ > kJumpAhead) clock.offset = offset_ = furthest_ - dts;
    const auto time = dts + clock.offset;
    if (time < furthest_) return now;
    furthest_ = time;
    const SteadyTime due = anchor_ + std::chrono::duration_cast<SteadyTime::duration>(time - anchor_time_);
    if (now - due <= tolerance_) return due;
    anchor(time, now);
    return now;
  }

 private:
  struct TrackClock {
    media::MediaTime dts{0};
    media::MediaTime offset{0};  // to the time that is paced, which never jumps
  };

  void anchor(media::MediaTime time, SteadyTime now) {
    anchor_time_ = time;
    anchor_ = now;
  }

  std::chrono::milliseconds tolerance_;
  bool anchored_ = false;
  SteadyTime anchor_{};
  media::MediaTime anchor_time_{0};
  media::MediaTime furthest_{0};
  media::MediaTime offset_{0};  // of the latest jump, for tracks that come after it
  std::map<std::uint32_t, TrackClock> clocks_;
};

}  // namespace grandstand::ingest
