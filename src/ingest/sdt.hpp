// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::ingest {

// A section of the service_description_section of the actual transport stream (ETSI EN 300 468 5.2.3, table_id 0x42).
struct Sdt {
  struct Service {
    std::uint16_t id = 0;  // the program_number
    std::string name;      // UTF-8
    std::string provider;  // UTF-8
  };
  std::vector<Service> services;
};

// A whole section with a right CRC; empty when it is another table, not valid yet or malformed.
std::optional<Sdt> parse_sdt(std::span<const std::uint8_t> section);

}  // namespace grandstand::ingest
