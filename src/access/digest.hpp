// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::access {

// SHA-256, 32 bytes: a key that stands for a text of any length, and for secrets.
std::string digest(std::string_view text);

// The first 64 bits of SHA-256, base64url: a name for what must not be kept or shown itself.
std::string short_digest(std::string_view text);

}  // namespace grandstand::access
