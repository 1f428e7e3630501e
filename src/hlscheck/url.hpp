// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::hlscheck {

// The absolute URL of `reference` as it stands in the document at `base` (RFC 3986 5); empty when it is none.
std::string resolve(std::string_view base, std::string_view reference);

// With "name=value" added to the query.
std::string with_query(std::string_view url, std::string_view assignment);

// The path's end behind the last dot, in lower case: "m4s".
std::string extension_of(std::string_view url);

// The same folder, another name that nobody has.
std::string missing_neighbour(std::string_view url);

}  // namespace grandstand::hlscheck
