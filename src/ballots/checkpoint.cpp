// SPDX-License-Identifier: MIT
#include <grandstand/ballots/checkpoint.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

#include <sodium.h>

namespace grandstand::ballots {
namespace {

constexpr std::uint8_t kEd25519 = 0x01;
constexpr std::string_view kDash = "\u2014 ";
constexpr std::string_view kAsked = "asked ";

Error wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::array<std::uint8_t, 4> key_id(std::string_view name, const PublicKey& key) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, bytes_of(name), name.size());
  const std::array<std::uint8_t, 2> separator{'\n', kEd25519};
  crypto_hash_sha256_update(&state, separator.data(), separator.size());
  crypto_hash_sha256_update(&state, key.data(), key.size());
  Digest digest;
  crypto_hash_sha256_final(&state, digest.data());
  return {digest[0], digest[1], digest[2], digest[3]};
}

// Takes the next line, without its end, off the text.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// One of the lines after the blank one: "— <name> <base64 of key id and signature>".
bool is_signed_by(std::string_view line, std::string_view body, std::string_view origin, const PublicKey& key) {
  if (!line.starts_with(kDash)) return false;
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || line.substr(0, space) != origin) return false;
  const auto signature = from_base64(line.substr(space + 1));
  const auto id = key_id(origin, key);
  if (!signature || signature->size() != id.size() + crypto_sign_BYTES) return false;
  if (!std::equal(id.begin(), id.end(), signature->begin())) return false;
  return crypto_sign_verify_detached(signature->data() + id.size(), bytes_of(body), body.size(), key.data()) == 0;
}

}  // namespace

SigningKey::SigningKey(const Digest& seed) {
  crypto_sign_seed_keypair(public_key_.data(), secret_key_.data(), seed.data());
}

Result<std::shared_ptr<const SigningKey>> SigningKey::from_hex(std::string_view seed) {
  Digest bytes;
  std::size_t length = 0;
  const bool read =
      sodium_hex2bin(bytes.data(), bytes.size(), seed.data(), seed.size(), nullptr, &length, nullptr) == 0;
  if (!read || length != bytes.size()) return wrong("a signing key is 64 hexadecimal digits");
  return std::make_shared<const SigningKey>(bytes);
}

std::string SigningKey::sign(const Checkpoint& checkpoint) const {
  std::string note =
      checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(checkpoint.root) + "\n";
  if (checkpoint.asked) note += std::string(kAsked) + to_base64(*checkpoint.asked) + "\n";
  const auto id = key_id(checkpoint.origin, public_key_);
  std::vector<std::uint8_t> signature(id.begin(), id.end());
  signature.resize(id.size() + crypto_sign_BYTES);
  crypto_sign_detached(signature.data() + id.size(), nullptr, bytes_of(note), note.size(), secret_key_.data());
  note += "\n";
  note += kDash;
  note += checkpoint.origin + " " + to_base64(signature) + "\n";
  return note;
}

std::string verifier_key(std::string_view origin, const PublicKey& key) {
  std::vector<std::uint8_t> typed{kEd25519};
  typed.insert(typed.end(), key.begin(), key.end());
  return std::string(origin) + "+" + to_hex(key_id(origin, key)) + "+" + to_base64(typed);
}

// '+' is a digit of base64, too: the last two fields are found by the origin and the eight digits of the key's id.
Result<PublicKey> read_public_key(std::string_view text) {
  const Error not_a_key = wrong("\"" + std::string(text.substr(0, 120)) + "\" is not an Ed25519 key in base64");
  std::string_view encoded = text;
  const auto plus = text.find('+');
  const bool has_origin = plus != std::string_view::npos && text.size() > plus + 9 && text[plus + 9] == '+';
  if (has_origin) encoded = text.substr(plus + 10);
  auto bytes = from_base64(encoded);
  if (!bytes) return not_a_key;
  if (bytes->size() == 33 && bytes->front() == kEd25519) bytes->erase(bytes->begin());
  PublicKey key;
  if (bytes->size() != key.size()) return not_a_key;
  std::ranges::copy(*bytes, key.begin());
  return key;
}

Result<Checkpoint> read_checkpoint(std::string_view note, const PublicKey* key) {
  const auto blank = note.find("\n\n");
  if (blank == std::string_view::npos) return wrong("the checkpoint has no blank line before its signatures");
  const auto body = note.substr(0, blank + 1);
  auto lines = body;
  Checkpoint checkpoint;
  checkpoint.origin = take_line(lines);
  const auto size = take_line(lines);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (checkpoint.origin.empty() || error != std::errc{} || end != size.data() + size.size()) {
    return wrong("the checkpoint does not begin with an origin and a size");
  }
  GRANDSTAND_TRY(checkpoint.root, digest_from_base64(take_line(lines)));
  while (!lines.empty()) {
    const auto extension = take_line(lines);
    if (!extension.starts_with(kAsked)) continue;
    GRANDSTAND_TRY(checkpoint.asked, digest_from_base64(extension.substr(kAsked.size())));
  }
  if (key == nullptr) return checkpoint;
  for (auto signatures = note.substr(blank + 2); !signatures.empty();) {
    if (is_signed_by(take_line(signatures), body, checkpoint.origin, *key)) return checkpoint;
  }
  return wrong("the checkpoint of " + checkpoint.origin + " is not signed by the key " + to_base64(*key));
}

}  // namespace grandstand::ballots
