// SPDX-License-Identifier: MIT
#pragma once

#include "playlist.hpp"

#include <cstdio>
#include <string>

namespace grandstand::hlscheck {

// "6.006 s"
inline std::string seconds_text(Seconds seconds) {
  char text[48];
  std::snprintf(text, sizeof text, "%.3f s", seconds.count());
  return text;
}

}  // namespace grandstand::hlscheck
