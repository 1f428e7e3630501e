// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <optional>
#include <string>
#include <vector>

namespace grandstand::hls {

// The EXT-X-DATERANGE tags of a channel at one moment.
struct DateRangeList {
  struct Entry {
    std::string id;
    UtcTime start{};
    std::optional<UtcTime> end;  // unknown: it lasts
    UtcTime listed{};            // since when it is as it is
    std::string lines;           // one tag, or two of the same ID; each with its newline
  };
  struct Removed {
    std::string id;
    UtcTime at{};
  };
  std::vector<Entry> entries;
  std::vector<Removed> removed;  // lately
};

}  // namespace grandstand::hls
