// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::identity {

// A new secret: "gs_" and 256 random bits as base64url.
std::string make_session_token();

// 256 random bits as base64url.
std::string random_text();
// SHA-256 as base64url: a code challenge of RFC 7636.
std::string challenge_of(std::string_view verifier);
// Base64 with padding (RFC 4648, 4).
std::string base64_of(std::string_view bytes);

// Whether it has that form; what has not needs no look-up.
bool is_session_token(std::string_view token);

// The same for bots: "gsb_".
std::string make_bot_token();
bool is_bot_token(std::string_view token);

// Whether it is 22 to 64 of [A-Za-z0-9_-].
bool is_guest_token(std::string_view token);

// SHA-256 in hexadecimal digits: all that is kept of a token. A plain hash will do, for tokens cannot be guessed.
std::string digest_of(std::string_view token);

}  // namespace grandstand::identity
