// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grandstand::webhooks {

// Standard Webhooks (standardwebhooks.com, version 1): secrets are shown as "whsec_" and base64, signatures are "v1,"
// and base64 of HMAC-SHA256 over "<id>.<seconds since 1970>.<body>".
inline constexpr std::string_view kSecretPrefix = "whsec_";

// 32 random bytes in base64.
std::string make_secret();

// `secret`: base64, without the prefix; one that is not gives an empty text.
std::string sign(std::string_view secret, std::string_view id, std::int64_t seconds, std::string_view body);

// As many random hexadecimal digits.
std::string make_name(std::size_t digits);

}  // namespace grandstand::webhooks
