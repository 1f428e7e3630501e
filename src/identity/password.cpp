// SPDX-License-Identifier: MIT
#include "password.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>

#include <sodium.h>

namespace grandstand::identity {
namespace {

constexpr std::size_t kLongestPassword = 256;

}  // namespace

Status check_password(const std::string& password, std::size_t min_length) {
  if (password.size() > kLongestPassword)
    return Error{ErrorCode::kInvalidArgument, "the password is longer than 256 bytes"};
  if (!is_valid_utf8(password)) return Error{ErrorCode::kInvalidArgument, "the password is not valid UTF-8"};
  if (const std::size_t length = count_code_points(password); length < min_length)
    return Error{ErrorCode::kInvalidArgument, "the password has " + std::to_string(length) +
                                                  " characters; expected at least " + std::to_string(min_length)};
  return success();
}

Result<std::string> hash_password(const std::string& password) {
  GRANDSTAND_ASSERT(sodium_init() >= 0);
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return Error{ErrorCode::kUnavailable, "not enough memory to hash a password; try again"};
  return std::string(hash);
}

bool verify_password(const std::string& hash, const std::string& password) {
  GRANDSTAND_ASSERT(sodium_init() >= 0);
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

const std::string& nobodys_hash() {
  static const std::string hash =
      "$argon2id$v=19$m=65536,t=2,p=1$b9npHsXUVjSBaal6HhriIg$PZv/0RyXLax4qHSNLev67T7sfNrqWOebTQ+5B+QWhNU";
  return hash;
}

}  // namespace grandstand::identity
