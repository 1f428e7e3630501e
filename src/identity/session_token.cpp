// SPDX-License-Identifier: MIT
#include "session_token.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <array>
#include <span>

#include <sodium.h>

namespace grandstand::identity {
namespace {

constexpr std::string_view kPrefix = "gs_", kBotPrefix = "gsb_";
constexpr std::size_t kSecretBytes = 32, kSecretText = 43;

bool is_base64url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_token(std::string_view prefix, std::string_view token) {
  return token.size() == prefix.size() + kSecretText && token.starts_with(prefix) && is_base64url(token);
}

std::string base64(std::span<const unsigned char> bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // its end
  return text;
}

}  // namespace

std::string random_text() {
  GRANDSTAND_ASSERT(sodium_init() >= 0);
  std::array<unsigned char, kSecretBytes> secret;
  randombytes_buf(secret.data(), secret.size());
  return base64(secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string challenge_of(std::string_view verifier) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size());
  return base64(digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string base64_of(std::string_view bytes) {
  return base64({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, sodium_base64_VARIANT_ORIGINAL);
}

std::string make_session_token() {
  return std::string(kPrefix) + random_text();
}

bool is_session_token(std::string_view token) {
  return is_token(kPrefix, token);
}

std::string make_bot_token() {
  return std::string(kBotPrefix) + random_text();
}

bool is_bot_token(std::string_view token) {
  return is_token(kBotPrefix, token);
}

bool is_guest_token(std::string_view token) {
  return token.size() >= 22 && token.size() <= 64 && is_base64url(token);
}

std::string digest_of(std::string_view token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return to_hex(digest);
}

}  // namespace grandstand::identity
