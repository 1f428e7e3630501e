// SPDX-License-Identifier: MIT
#pragma once

#include "continuity.hpp"
#include "psi.hpp"
#include "ts_packet.hpp"

#include <grandstand/ingest/probe.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::ingest {

// Counts a whole transport stream: every programme of its PAT, every PID, and how evenly the clocks come.
//
// Pure: time is given. Owner: the probe.
class StreamSurvey {
 public:
  // Whole packets, and when they arrived, by any clock that goes forward.
  void push(std::span<const std::uint8_t> packets, std::chrono::nanoseconds arrived);

  // Fills `programmes` and `pids`; rates are over `length`.
  void fill(ProbeReport& report, std::chrono::nanoseconds length) const;

 private:
  struct Pid {
    std::uint64_t packets = 0;
    std::uint64_t scrambled = 0;
    std::uint64_t continuity_errors = 0;
    Continuity continuity;
    std::optional<SectionAssembler> sections;  // of PIDs with tables
    ProbedClock clock;
    std::optional<std::uint64_t> pcr;
    std::chrono::nanoseconds pcr_arrived{0};
    double deviations = 0;  // sum, ms
  };

  void push_packet(const std::uint8_t* bytes, std::chrono::nanoseconds arrived);
  void take_clock(Pid& pid, const TsPacket& packet, std::chrono::nanoseconds arrived);
  void take_section(std::uint16_t pid, std::span<const std::uint8_t> section);
  std::string use_of(std::uint16_t pid) const;

  std::map<std::uint16_t, Pid> pids_;                                   // at most 8192
  std::map<std::uint16_t, Pat::Entry> programmes_;                      // by number
  std::map<std::uint16_t, Pmt> pmts_;                                   // by programme
  std::map<std::uint16_t, std::pair<std::string, std::string>> names_;  // name and provider, by programme
};

}  // namespace grandstand::ingest
