// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace grandstand::hls {

// Decides where segments begin and end: at the first key frame at or after `segment_duration`; without one at
// `max_segment_duration`; before a discontinuity and at a hole in the media. Without video any audio frame will do.
// While the pictures of a programme with video stay away, segments go on with the audio alone.
//
// Pure: knows media time only.
class Segmenter {
 public:
  struct Settings {
    media::MediaTime segment_duration{0};
    media::MediaTime max_segment_duration{0};
  };
  // What is to be known of a sample.
  struct Frame {
    bool video = false;
    bool key = false;
    bool resumes = false;  // pictures were missing before it for longer than can be bridged
    bool follows = false;  // nothing is missing: the picture before it lasts until it
    media::MediaTime pts{0};
    media::MediaTime duration{0};
    std::size_t bytes = 0;
  };
  // What is to be done before the sample goes its way, in this order.
  struct Decision {
    std::optional<media::MediaTime> end;    // the open segment ends here
    bool broken = false;                    // and what follows does not follow seamlessly
    std::optional<media::MediaTime> start;  // a segment starts here
    bool independent = true;                // it starts with a key frame
    bool forced = false;                    // cut without a key frame
    bool keep = true;                       // false: the sample belongs to no segment
  };

  explicit Segmenter(Settings settings) : settings_(settings) {}

  // Other tracks follow: ends the open segment, as close() does.
  std::optional<media::MediaTime> restart(bool has_video);

  Decision decide(const Frame& frame);

  // Ends the open segment, if there is one, and says where.
  std::optional<media::MediaTime> close();

  // There is a splice point: the first key frame at or after it begins a segment, however short the one before gets.
  void prefer_cut(media::MediaTime at) { splice_ = at; }

  // Media goes on elsewhere; no segment is open.
  void move_to(media::MediaTime time);

  // How far the programme has come: of a track that is further behind nothing more is waited for.
  media::MediaTime position() const { return position_; }
  bool is_open() const { return start_.has_value(); }

 private:
  void cut(const Frame& frame, Decision& decision);
  void open(const Frame& frame, Decision& decision);

  Settings settings_;
  bool has_video_ = false;
  std::optional<media::MediaTime> start_;          // of the open segment
  std::optional<media::MediaTime> waiting_since_;  // for a key frame
  std::optional<media::MediaTime> closed_at_;      // end of the last segment before a break
  std::optional<media::MediaTime> splice_;         // where a cut is wished
  std::size_t bytes_ = 0;
  media::MediaTime media_end_{0};  // furthest end of any sample
  media::MediaTime position_{0};
};

}  // namespace grandstand::hls
