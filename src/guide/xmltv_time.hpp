// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace grandstand::guide {

// "20261121193000 +0100": year to second, of which what stands behind the day may be missing, then an offset from UTC
// or "UTC", "GMT", "Z"; without one it is UTC (xmltv.dtd). Nothing when it is something else.
std::optional<UtcTime> parse_xmltv_time(std::string_view text);

// "20261121183000 +0000"
std::string to_xmltv_time(UtcTime time);

}  // namespace grandstand::guide
