// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>

namespace grandstand::dvr {

struct Settings {
  // Where the archive lies: below it a folder for each channel. Empty: "dvr" in the data directory.
  std::filesystem::path directory;
  // Of all channels together; the oldest goes first. 0: no limit but min_free.
  std::size_t quota = 0;
  // Space that is left to others on the file system; below it the oldest goes, then recording stops.
  std::size_t min_free = std::size_t{1} << 30;
  // Segments that wait for the disk; what does not fit is left out of the archive and marked as EXT-X-GAP.
  std::size_t queue_bytes = std::size_t{256} << 20;
  // Threads that read for viewers.
  std::size_t readers = 4;
};

// What is kept of one channel.
struct Recording {
  std::chrono::seconds keep{0};  // 0: not recorded
  std::size_t quota = 0;         // bytes; 0: no limit of its own

  friend bool operator==(const Recording&, const Recording&) = default;
};

using Recordings = std::map<ChannelId, Recording>;

}  // namespace grandstand::dvr
