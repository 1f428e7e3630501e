// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/programme_event.hpp>
#include <grandstand/media/sample_sink.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace grandstand::ingest {

// Follows the guide of one service of a transport stream: its parts as they come and change. Repeated sections cost a
// comparison. Bounded by what the tables can hold: 17 tables of 256 sections, of each 4 bytes are kept.
//
// Pure. Owner: TsDemuxer or HandOver.
class EitCollector {
 public:
  // The program_number that is followed; another one forgets everything.
  void follow(std::uint16_t service);

  // A whole section of PID 0x12. Gives the part of the guide that it makes new or changes.
  std::optional<media::EventInformation> take(std::span<const std::uint8_t> section);
  // The same for a sink; what that has no use for now, the next repetition of the section gives again.
  void give(std::span<const std::uint8_t> section, media::SampleSink& sink);

 private:
  std::optional<std::uint16_t> followed_;
  std::map<std::pair<std::uint8_t, std::uint8_t>, std::uint32_t> seen_;  // table_id, section_number -> CRC
};

}  // namespace grandstand::ingest
