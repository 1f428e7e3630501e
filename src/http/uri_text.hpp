// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/percent_encoding.hpp>
#include <grandstand/base/result.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::http {

// The bytes that a percent-encoded text stands for; nothing for a bad escape, an encoded NUL or what is not UTF-8 then.
std::optional<std::string> percent_decode(std::string_view text);

// The same as percent_decode for a piece of a query, where '+' is a space.
std::optional<std::string> query_decode(std::string_view text);

// "a=1&b=x%20y". Refuses bad escapes, a name given twice and more than 32 parameters.
Result<std::map<std::string, std::string>> parse_query(std::string_view query);

// "a/b//c" -> "a", "b", "", "c"; each decoded afterwards by the caller.
std::vector<std::string_view> split_path(std::string_view path);

}  // namespace grandstand::http
