// SPDX-License-Identifier: MIT
#include "calls.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace grandstand::social::calls {

Credentials make_credentials(std::string_view secret, std::string_view seat, UtcTime until) {
  Credentials made{std::to_string(to_unix_ms(until) / 1'000) + ":" + std::string(seat), {}};
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned int length = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(made.username.data()), made.username.size(), code.data(), &length);
  std::array<unsigned char, EVP_MAX_MD_SIZE * 2> text{};
  const auto size = EVP_EncodeBlock(text.data(), code.data(), static_cast<int>(length));
  made.password.assign(text.begin(), text.begin() + size);
  return made;
}

}  // namespace grandstand::social::calls
