// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace grandstand::hls {

// What a client asks of a media playlist in its query (draft-pantos-hls-rfc8216bis 6.2.5).
struct Directives {
  enum class Skip {
    kNothing,
    kSegments,               // _HLS_skip=YES: a playlist without the older segments
    kSegmentsAndDateRanges,  // _HLS_skip=v2
  };
  std::optional<std::uint64_t> sequence;  // _HLS_msn: not before this segment is in it
  std::optional<std::uint64_t> part;      // _HLS_part: nor before this part of it is
  Skip skip = Skip::kNothing;

  bool blocking() const { return sequence.has_value(); }
};

// `query`: what follows the '?'; other parameters are ignored. kInvalidArgument: not a number, given twice, a part
// without a segment.
Result<Directives> parse_directives(std::string_view query);

}  // namespace grandstand::hls
