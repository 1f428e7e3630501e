// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/splice_cue.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::ingest {

// Reads tracks and samples through libavformat: files, HLS, RTSP. Everything blocks; it is for a thread of its own.
//
// Owner: the reading thread.   Runs on: it.   Stops: when `stopped` says so, calls return within about 100 ms (but for
// the look-up of a name).
class AvInput {
 public:
  struct Settings {
    std::string url;                            // or a path
    bool local = false;                         // a file: no protocol but file is allowed
    std::optional<std::uint16_t> program;       // MPEG-TS
    std::chrono::milliseconds timeout{10'000};  // for opening, and for each read
    // For this long, packets may come of which nothing is given; 0: as long as they like. For what never ends.
    std::chrono::milliseconds patience{0};
    std::function<bool()> stopped;
    std::function<SteadyTime()> now;
  };

  static Result<std::unique_ptr<AvInput>> open(Settings settings);
  virtual ~AvInput() = default;

  // Tracks whose configuration is known. Another pointer after a read() means that they changed, before its sample.
  virtual std::shared_ptr<const media::TrackSet> tracks() const = 0;

  // The splice points met on the way to the sample that was read last, each once. Taken by asking.
  virtual std::vector<media::SpliceCue> take_cues() = 0;

  // A section of the programme's guide as it came, repetitions included; with a right CRC.
  struct GuideSection {
    std::uint16_t service = 0;
    SharedBytes bytes;
  };
  // Those met on the way to the sample that was read last: of MPEG-TS by HTTP. A file's guide is of another day, and in
  // HLS it is not known which service is ours. Taken by asking.
  virtual std::vector<GuideSection> take_guide() = 0;

  // The codecs of what is in it and is not passed on, as "another h264, hdmv_pgs_subtitle"; may be empty.
  virtual std::string left_out() const = 0;

  // It grows as long as it is open, although nothing is read ahead: HLS.
  virtual bool keeps_what_it_read() const = 0;

  // The next sample; empty at the end.
  virtual Result<std::optional<media::Sample>> read() = 0;
};

}  // namespace grandstand::ingest
