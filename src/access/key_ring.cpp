// SPDX-License-Identifier: MIT
#include "base64url.hpp"
#include "token_codec.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <array>
#include <fstream>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace grandstand::access {
namespace {

constexpr std::size_t kMinSecret = 32;
constexpr std::size_t kMaxKeys = 16;
constexpr std::size_t kMaxFile = 64u << 10;

std::string sign_text(const SigningKey& key, std::string_view text) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const auto* const made = HMAC(EVP_sha256(), key.secret.data(), static_cast<int>(key.secret.size()),
                                reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), mac.data(), &size);
  GRANDSTAND_ASSERT(made != nullptr);
  return encode_base64url({mac.data(), size});
}

bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           c == '.';
  });
}

Error refused(std::string_view why) {
  return {ErrorCode::kForbidden, std::string(why)};
}

Result<SigningKey> parse_line(std::string_view line, std::size_t number) {
  const auto wrong = [number](const char* what) {
    return Error{ErrorCode::kInvalidArgument, "line " + std::to_string(number) + ": " + what};
  };
  const auto space = line.find_first_of(" \t");
  SigningKey key;
  key.id = line.substr(0, space);
  if (!is_key_id(key.id)) return wrong("the id of a key: expected 1 to 32 of A-Z, a-z, 0-9, '_', '.' and '-'");
  key.secret = space == std::string_view::npos ? "" : trim(line.substr(space));
  if (key.secret.size() < kMinSecret) return wrong("the secret of a key: expected at least 32 characters after the id");
  return key;
}

}  // namespace

bool Token::is_for(std::string_view channel) const {
  return std::ranges::any_of(channels, [&](const auto& id) { return id == "*" || id == channel; });
}

KeyRing::KeyRing(std::vector<SigningKey> keys) : keys_(std::move(keys)) {
  GRANDSTAND_ASSERT(!keys_.empty());
}

KeyRing KeyRing::random() {
  std::array<std::uint8_t, kMinSecret> secret{};
  GRANDSTAND_ASSERT(RAND_bytes(secret.data(), static_cast<int>(secret.size())) == 1);
  return KeyRing({{"process", std::string(secret.begin(), secret.end())}});
}

Result<KeyRing> KeyRing::parse(std::string_view text) {
  std::vector<SigningKey> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    GRANDSTAND_TRY(auto key, parse_line(line, number));
    if (std::ranges::any_of(keys, [&](const auto& other) { return other.id == key.id; })) {
      return Error{ErrorCode::kInvalidArgument, "line " + std::to_string(number) + ": a key of this id stands above"};
    }
    if (keys.size() == kMaxKeys) return Error{ErrorCode::kInvalidArgument, "more than 16 keys"};
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return Error{ErrorCode::kInvalidArgument, "no key; expected lines of an id and a secret"};
  return KeyRing(std::move(keys));
}

Result<KeyRing> KeyRing::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (!in.eof() || text.size() > kMaxFile) return Error{ErrorCode::kUnavailable, file.string() + " cannot be read"};
  auto keys = parse(text);
  if (keys) return keys;
  return Error{keys.error().code, file.string() + ": " + keys.error().message};
}

std::string KeyRing::sign(const Token& token) const {
  const auto& key = keys_.front();
  auto text = encode_base64url(encode_header(key.id)) + "." + encode_base64url(encode_claims(token));
  const auto mac = sign_text(key, text);
  return text + "." + mac;
}

Result<Token> KeyRing::verify(std::string_view text, UtcTime now) const {
  if (text.size() > kMaxTokenBytes) return refused("the token is too long");
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (first == last) return refused("the token is damaged: expected three parts with dots between them");
  const auto header = decode_base64url(text.substr(0, first));
  const auto claims = decode_base64url(text.substr(first + 1, last - first - 1));
  if (!header || !claims) return refused("the token is damaged: expected base64url");
  GRANDSTAND_TRY(const auto key_id, decode_header(*header));
  const auto key = std::ranges::find(keys_, key_id, &SigningKey::id);
  if (key == keys_.end()) return refused("the token is signed with a key that is not known here");
  if (!equal_secret(sign_text(*key, text.substr(0, last)), text.substr(last + 1))) {
    return refused("the token's signature is wrong");
  }
  GRANDSTAND_TRY(auto token, decode_claims(*claims));
  if (token.not_before && now < *token.not_before) return refused("the token is not valid yet");
  if (now >= token.expires) return refused("the token has expired");
  return token;
}

}  // namespace grandstand::access
