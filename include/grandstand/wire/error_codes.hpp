// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <string_view>

namespace grandstand::wire {

// The one table of error codes: name on the wire ("rate_limited") and HTTP status (429).
std::string_view wire_name(ErrorCode code);
int http_status(ErrorCode code);

}  // namespace grandstand::wire
