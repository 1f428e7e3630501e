// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/access/token.hpp>

#include <string>
#include <string_view>

namespace grandstand::access {

// The two JSON halves of a JSON Web Token, before base64url.
std::string encode_header(std::string_view key_id);
std::string encode_claims(const Token& token);

// The key id of a header that says HS256; anything else is kForbidden ("none" above all).
Result<std::string> decode_header(std::string_view json);
Result<Token> decode_claims(std::string_view json);

}  // namespace grandstand::access
