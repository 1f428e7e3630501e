// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <vector>

namespace grandstand::hls {

// The CMAF header of some tracks: ftyp and moov without samples. Track ids are 1, 2, ... in their order.
struct Fmp4Init {
  SharedBytes bytes;
  std::vector<std::uint32_t> timescales;  // one per track
};

// Tracks are H.264, HEVC, AV1, AAC or Opus.
Result<Fmp4Init> make_fmp4_init(const std::vector<media::Track>& tracks);

}  // namespace grandstand::hls
