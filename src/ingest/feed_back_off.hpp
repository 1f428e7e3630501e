// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/back_off.hpp>

#include <functional>
#include <string>

namespace grandstand::ingest {

// Of every feed: 1 s, 2 s, 4 s ... 30 s, on a course of its own.
inline BackOff feed_back_off(const std::string& channel, const std::string& url) {
  return {std::chrono::seconds{1}, std::chrono::seconds{30},
          static_cast<std::uint32_t>(std::hash<std::string>{}(channel + url))};
}

}  // namespace grandstand::ingest
