// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace grandstand::ingest {

// What the transport stream layer met; only ever counts up. The source turns the differences into metrics.
struct TsCounts {
  std::uint64_t packets = 0;
  std::uint64_t null_packets = 0;
  std::uint64_t malformed = 0;          // packets that contradict themselves
  std::uint64_t transport_errors = 0;   // transport_error_indicator was set
  std::uint64_t continuity_errors = 0;  // on the PIDs that we use
  std::uint64_t duplicates = 0;         // legal ones, dropped
  std::uint64_t stream_packets = 0;     // with payload, of the programme's streams
  std::uint64_t scrambled = 0;          // packets on the PIDs that we use, dropped
  std::uint64_t section_errors = 0;     // sections of any table that is read, with a wrong CRC or length
  std::uint64_t damaged_units = 0;      // access units dropped because a part of them is missing
  std::uint64_t dropped_samples = 0;    // samples that waited for the tracks and found no room
};

}  // namespace grandstand::ingest
