// SPDX-License-Identifier: MIT
#pragma once

#include "parameter_sets.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::ingest {

// What one picture of MPEG-1 or MPEG-2 video (ISO/IEC 11172-2, 13818-2 6.2) is, with the headers before it.
struct Mpeg2Picture {
  bool picture = false;                    // holds a slice
  bool intra = false;                      // picture_coding_type I
  bool interlaced = false;                 // neither the sequence nor the picture is progressive
  std::span<const std::uint8_t> sequence;  // sequence header and its extensions; empty: none before it
};

Mpeg2Picture look_at_mpeg2(std::span<const std::uint8_t> unit);

// Size, rate and bit rate of a sequence header with its extensions.
Result<VideoShape> read_mpeg2_shape(std::span<const std::uint8_t> sequence);

// Whether a picture or what belongs before one begins here.
bool begins_mpeg2_unit(std::span<const std::uint8_t> bytes);

// The starts of the pictures in one PES payload, first 0. Two fields of one frame are one.
void find_mpeg2_units(std::span<const std::uint8_t> bytes, std::vector<std::size_t>& starts);

}  // namespace grandstand::ingest
