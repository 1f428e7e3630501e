// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace grandstand::hls {

// Where somebody who follows a channel's TS rendition as one endless stream stands. It holds no media: the channel's
// window is the queue. Whoever falls out of it goes on at the latest part that begins with a key frame, counted.
struct StreamCursor {
  bool started = false;
  std::uint64_t sequence = 0;  // of the next part
  std::size_t part = 0;
  std::uint64_t skips = 0;  // how often it fell out of the window
};

}  // namespace grandstand::hls
