// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/ingest/signal_report.hpp>
#include <grandstand/media/sample.hpp>

#include <memory>
#include <vector>

namespace grandstand::ingest {

// Measures what a source delivers: bit rate and silence of each stream.
//
// Pure: time is given. Owner: MeteredSource.
class SampleMeter {
 public:
  static constexpr std::chrono::seconds kWindow{1};

  explicit SampleMeter(SteadyTime now) : window_began_(now), last_picture_(now), last_sound_(now) {}

  void on_tracks(const media::TrackSet& tracks, SteadyTime now);
  void on_sample(const media::Sample& sample, SteadyTime now);

  // Fills the part of the report that is of every kind of source; bit_rate only where it is 0.
  void fill(SignalReport& report, SteadyTime now);

 private:
  struct Stream {
    StreamReport report;
    media::TrackKind kind = media::TrackKind::kVideo;
    SteadyTime last{};
    std::uint64_t window_bytes = 0;
  };
  void roll(SteadyTime now);

  std::vector<Stream> streams_;
  SteadyTime window_began_;
  SteadyTime last_picture_;
  SteadyTime last_sound_;
};

}  // namespace grandstand::ingest
