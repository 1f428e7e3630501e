// SPDX-License-Identifier: MIT
#include "known_logins.hpp"

#include <array>
#include <string>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace grandstand::http {
namespace {

// SHA-256 over a salt of this process, so that a memory dump gives no digests to try words against elsewhere.
std::string digest_of(std::string_view name, std::string_view password) {
  static const auto salt = [] {
    std::array<unsigned char, 32> random{};
    RAND_bytes(random.data(), static_cast<int>(random.size()));
    return std::string(random.begin(), random.end());
  }();
  std::string text = salt + std::to_string(name.size()) + ':';
  text.append(name).append(password);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {digest.begin(), digest.begin() + size};
}

}  // namespace

std::optional<identity::CurrentAccount> KnownLogins::find(std::string_view name, std::string_view password,
                                                          SteadyTime now) {
  const auto key = digest_of(name, password);
  const auto* const login = logins_.find(key);
  if (login == nullptr) return std::nullopt;
  if (login->until > now) return login->account;
  logins_.erase(key);
  return std::nullopt;
}

void KnownLogins::keep(std::string_view name, std::string_view password, identity::CurrentAccount account,
                       SteadyTime now) {
  logins_.put(digest_of(name, password), {std::move(account), now + kKept});
}

}  // namespace grandstand::http
