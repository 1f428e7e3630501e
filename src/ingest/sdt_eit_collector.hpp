// SPDX-License-Identifier: MIT
#pragma once

#include "sdt.hpp"

#include <grandstand/media/programme_event.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace grandstand::ingest {

// Follows the service information of one service of a transport stream: what its SDT says of it, and the parts of its
// guide as they come and change. Repeated sections cost a comparison. Bounded by what the tables can hold: 17 tables of
// 256 sections, of each 4 bytes are kept.
//
// Pure. Owner: TsDemuxer.
class SdtEitCollector {
 public:
  // The program_number that is followed; another one forgets everything.
  void follow(std::uint16_t service);

  // A whole section of PID 0x11 or 0x12. Gives the part of the guide that it makes new or changes.
  void take_sdt(std::span<const std::uint8_t> section);
  std::optional<media::EventInformation> take_eit(std::span<const std::uint8_t> section);
  // As if it had not been given: the next repetition of the section gives it again.
  void forget_eit(std::span<const std::uint8_t> section);

  const Sdt::Service& service() const { return service_; }

 private:
  std::optional<std::uint16_t> followed_;
  Sdt::Service service_;
  std::uint32_t sdt_crc_ = 0;
  std::map<std::pair<std::uint8_t, std::uint8_t>, std::uint32_t> seen_;  // table_id, section_number -> CRC
};

}  // namespace grandstand::ingest
