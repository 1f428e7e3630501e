// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace grandstand::hls {

// Where somebody who follows a channel's TS rendition as one endless stream stands. It holds no media: the channel's
// window is the queue. Whoever falls out of it goes on at the latest segment that begins with a key frame, counted.
struct StreamCursor {
  bool started = false;
  std::uint64_t sequence = 0;  // of the next part
  std::size_t part = 0;
  std::uint64_t discontinuity_sequence = 0;  // of what was taken last
  bool new_clock = false;                    // what comes next is of another epoch, and has to say so
  bool lost = false;                         // so is that something was left out before it
  std::uint64_t skips = 0;                   // how often it fell out of the window

  friend bool operator==(const StreamCursor&, const StreamCursor&) = default;
};

}  // namespace grandstand::hls
