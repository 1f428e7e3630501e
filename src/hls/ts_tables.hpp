// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace grandstand::hls {

constexpr std::uint16_t kPmtPid = 0x1000;
constexpr std::uint16_t kFirstStreamPid = 0x0100;

// The transport packets of the programme's tables, with continuity counter 0; each fits into one packet.
std::array<std::uint8_t, 188> make_pat();
// The stream of `tracks[i]` has PID kFirstStreamPid + i. At most kLargestStreamCount tracks.
std::array<std::uint8_t, 188> make_pmt(const std::vector<media::Track>& tracks, std::size_t pcr_track,
                                       unsigned version);

// PAT and PMT, with which each segment begins.
constexpr std::size_t kTablesSize = 2 * 188;

constexpr std::size_t kLargestStreamCount = 9;

}  // namespace grandstand::hls
