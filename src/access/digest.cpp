// SPDX-License-Identifier: MIT
#include "digest.hpp"

#include "base64url.hpp"

#include <openssl/sha.h>

namespace grandstand::access {

std::string digest(std::string_view text) {
  std::string bytes(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
         reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

std::string short_digest(std::string_view text) {
  return encode_base64url(std::string_view(digest(text)).substr(0, 8));
}

}  // namespace grandstand::access
