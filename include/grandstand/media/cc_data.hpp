// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::media {

// The CEA-608 triplets (cc_type 0 and 1 of cc_data(), ANSI/CTA-708-E 4.4) that a coded picture carries in its SEI as
// ATSC A/53 part 4 says (GA94), in order. Nothing when the picture carries none; empty when all of them are padding.
// Looks no further than the first slice. Codecs other than H.264 and HEVC carry none.
std::optional<std::vector<std::uint8_t>> find_cea608(std::span<const std::uint8_t> picture, Codec codec);

}  // namespace grandstand::media
