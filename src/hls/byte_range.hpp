// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace grandstand::hls {

// Where something lies in a piece or a segment.
struct ByteRange {
  std::size_t offset = 0;
  std::size_t size = 0;  // 0: nowhere
};

}  // namespace grandstand::hls
