// SPDX-License-Identifier: MIT
#include "signature.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>

#include <array>
#include <span>
#include <vector>

#include <sodium.h>

namespace grandstand::webhooks {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;

std::string to_base64(std::span<const unsigned char> bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  text.pop_back();  // the terminator
  return text;
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string make_secret() {
  GRANDSTAND_ASSERT(sodium_init() >= 0);
  std::array<unsigned char, 32> secret{};
  randombytes_buf(secret.data(), secret.size());
  return to_base64(secret);
}

std::string sign(std::string_view secret, std::string_view id, std::int64_t seconds, std::string_view body) {
  std::vector<unsigned char> key(secret.size());
  std::size_t size = 0;
  if (sodium_base642bin(key.data(), key.size(), secret.data(), secret.size(), nullptr, &size, nullptr, kVariant) != 0)
    return {};
  const std::string head = std::string(id) + "." + std::to_string(seconds) + ".";
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), size);
  crypto_auth_hmacsha256_update(&state, raw(head), head.size());
  crypto_auth_hmacsha256_update(&state, raw(body), body.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code{};
  crypto_auth_hmacsha256_final(&state, code.data());
  return "v1," + to_base64(code);
}

std::string make_name(std::size_t digits) {
  GRANDSTAND_ASSERT(sodium_init() >= 0);
  std::vector<unsigned char> bytes((digits + 1) / 2);
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex(bytes).substr(0, digits);
}

}  // namespace grandstand::webhooks
