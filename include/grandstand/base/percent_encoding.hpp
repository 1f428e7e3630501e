// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand {

// For one segment of a path, or one value of a query: what is not unreserved (RFC 3986 2.3) is escaped.
std::string percent_encode(std::string_view text);

}  // namespace grandstand
