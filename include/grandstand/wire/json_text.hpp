// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace grandstand::wire {

// Building JSON by appending: for messages that are made thousands of times a second. `text` must be valid UTF-8.

// "text" in quotes, with what RFC 8259 7 demands escaped (and U+2028, U+2029, so that it is a JavaScript literal too).
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, std::int64_t number);
// The shortest decimal that reads back as the same number; what is not finite becomes null.
void append_json_number(std::string& out, double number);
// Milliseconds since 1970 with three decimals.
void append_json_milliseconds(std::string& out, UtcTime time);

}  // namespace grandstand::wire
