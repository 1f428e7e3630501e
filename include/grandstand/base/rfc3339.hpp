// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <string_view>

namespace grandstand {

// "2026-11-21T08:40:55Z", "2026-11-21T09:40:55.123+01:00" (RFC 3339), or seconds since 1970 as digits, as players write
// them. kInvalidArgument says what was expected.
Result<UtcTime> parse_time(std::string_view text);

}  // namespace grandstand
