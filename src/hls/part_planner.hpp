// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <optional>
#include <vector>

namespace grandstand::hls {

// Decides where the parts of a segment end: as late as a whole number of frames allows within the part target, so that
// every part but the last of a segment is nearly as long as the target (draft-pantos-hls-rfc8216bis 4.4.4.9). Parts lie
// in decoding order: their times are decoding times, moved so that the first one is the segment's start.
//
// Pure: knows media time only.
class PartPlanner {
 public:
  // Without a target a segment is one part.
  explicit PartPlanner(std::optional<media::MediaTime> target) : target_(target) {}

  void open(media::MediaTime start, media::MediaTime first_dts);
  // The ends of parts that come before a frame of the leading track.
  std::vector<media::MediaTime> before(media::MediaTime dts, media::MediaTime duration);
  // The ends of parts that lie behind `time`, for when no frame of the leading track comes.
  std::vector<media::MediaTime> until(media::MediaTime time);

 private:
  void cut_full(media::MediaTime time, std::vector<media::MediaTime>& ends);

  std::optional<media::MediaTime> target_;
  media::MediaTime start_{0};  // of the open part
  media::MediaTime shift_{0};  // from decoding times to times of parts
};

}  // namespace grandstand::hls
