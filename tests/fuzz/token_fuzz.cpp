// SPDX-License-Identifier: MIT
// Signed tokens. What has a line feed is a header and claims, which are signed here as whoever holds the key could; the
// rest is the text of a token. A text of several lines is a file of keys, too.
#include "base64url.hpp"

#include <grandstand/access/token.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace {

using namespace grandstand;

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";
constexpr UtcTime kNow{std::chrono::seconds{1'763'720'000}};

std::string sign(std::string_view header, std::string_view claims) {
  const auto text = access::encode_base64url(header) + "." + access::encode_base64url(claims);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()),
       reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), mac.data(), &size);
  return text + "." + access::encode_base64url(std::span<const std::uint8_t>(mac.data(), size));
}

void check(const access::KeyRing& keys, std::string_view text) {
  const auto token = keys.verify(text, kNow);
  if (!token) return;
  if (token->channels.empty() || token->channels.size() > 64 || token->expires <= kNow) std::abort();
  if (token->subject.size() > 128 || token->session.size() > 64 || token->query.size() > access::kMaxTokenBytes)
    std::abort();
  // What it says is said again in our own words.
  const auto again = keys.sign(*token);
  if (again.size() > access::kMaxTokenBytes) return;
  const auto read = keys.verify(again, kNow);
  if (!read || read->channels != token->channels || read->expires != token->expires ||
      read->not_before != token->not_before || read->subject != token->subject || read->network != token->network ||
      read->session != token->session || read->sessions != token->sessions || read->query != token->query) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const access::KeyRing keys({{"k", std::string(kSecret)}});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  if (line == std::string_view::npos) {
    check(keys, text);
    return 0;
  }
  check(keys, sign(text.substr(0, line), text.substr(line + 1)));
  if (const auto ring = access::KeyRing::parse(text)) check(*ring, ring->sign({.channels = {"*"}, .expires = kNow}));
  return 0;
}
