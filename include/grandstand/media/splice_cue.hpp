// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>

namespace grandstand::media {

// A splice point that the programme announces (SCTE 35 splice_insert, or time_signal with a segmentation descriptor).
struct SpliceCue {
  enum class Kind {
    kOut,     // leaves the programme: an advertisement break begins
    kIn,      // returns to it
    kOther,   // a segmentation descriptor of another type: for whoever knows it
    kCancel,  // the event with this id does not take place
  };

  Kind kind = Kind::kOther;
  std::uint32_t event_id = 0;
  MediaTime pts{0};        // in the source's time base, pts_adjustment applied; immediate: that of the latest PCR
  bool immediate = false;  // no time was given
  std::optional<MediaTime> duration;   // of the break
  bool auto_return = false;            // the break ends by itself after `duration`
  std::uint8_t segmentation_type = 0;  // SCTE 35 table 23; 0: splice_insert
  SharedBytes section;                 // the whole splice_info_section, for SCTE35-OUT, -IN and -CMD
};

}  // namespace grandstand::media
