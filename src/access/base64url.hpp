// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::access {

// RFC 4648 5 without padding, as RFC 7515 has it.
std::string encode_base64url(std::span<const std::uint8_t> bytes);
std::string encode_base64url(std::string_view text);
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace grandstand::access
