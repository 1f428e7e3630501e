// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace grandstand {

// Whether the text is well-formed UTF-8 (RFC 3629: shortest form, no surrogates, up to U+10FFFF).
bool is_valid_utf8(std::string_view text);

// Unicode code points of well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

// Without white space (ASCII) at both ends.
std::string_view trim(std::string_view text);

// Lower-case hexadecimal digits.
std::string to_hex(std::span<const std::uint8_t> bytes);

// Whether a and b are equal, in time that depends on the lengths only: for secrets.
bool equal_secret(std::string_view a, std::string_view b);

}  // namespace grandstand
