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
    std::uint16_t id = 0;      // the program_number
    std::uint8_t type = 0;     // service_type (table 87); 0: no service_descriptor
    std::string name;          // UTF-8
    std::string provider;      // UTF-8
    bool scrambled = false;    // free_CA_mode
    std::uint8_t running = 0;  // running_status: 4 is running

    // Digital radio sound (0x02) or advanced codec digital radio sound (0x0A).
    bool is_radio() const { return type == 0x02 || type == 0x0A; }
    friend bool operator==(const Service&, const Service&) = default;
  };
  std::uint16_t transport_stream = 0;
  std::uint16_t original_network = 0;
  std::uint8_t version = 0;
  std::uint8_t section = 0;
  std::uint8_t last_section = 0;
  std::vector<Service> services;
};

// A whole section with a right CRC; empty when it is another table, not valid yet or malformed.
std::optional<Sdt> parse_sdt(std::span<const std::uint8_t> section);

}  // namespace grandstand::ingest
