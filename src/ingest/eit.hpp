// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/programme_event.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// A section of the event_information_section of the actual transport stream (ETSI EN 300 468 5.2.4): present/following
// (table_id 0x4E) or schedule (0x50 to 0x5F).
struct Eit {
  std::uint8_t table_id = 0;
  std::uint16_t service = 0;
  std::uint8_t version = 0;
  std::uint8_t section = 0;
  std::uint8_t last_section = 0;
  std::uint16_t transport_stream = 0;
  std::uint16_t original_network = 0;
  std::vector<media::ProgrammeEvent> events;  // those with a start and a duration

  bool present_following() const { return table_id == 0x4E; }
};

// A whole section with a right CRC; empty when it is another table (of other transport streams, too), not valid yet or
// malformed.
std::optional<Eit> parse_eit(std::span<const std::uint8_t> section);

}  // namespace grandstand::ingest
