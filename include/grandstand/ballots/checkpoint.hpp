// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ballots/merkle.hpp>
#include <grandstand/base/result.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::ballots {

// What a log says that it holds (C2SP tlog-checkpoint): `size` leaves under `root`, and what their options mean.
struct Checkpoint {
  std::string origin;  // which log: one line without spaces and '+'
  std::uint64_t size = 0;
  Digest root{};
  std::optional<Digest> asked = {};  // terms_hash(), in a line "asked <base64>"; other logs have none
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

using PublicKey = std::array<std::uint8_t, 32>;  // Ed25519

// Signs checkpoints as notes (C2SP signed-note, Ed25519); the key's name in a note is the origin.
//
// Owner: app.   Runs on: any thread.
class SigningKey {
 public:
  explicit SigningKey(const Digest& seed);
  // `seed`: 64 hexadecimal digits.
  static Result<std::shared_ptr<const SigningKey>> from_hex(std::string_view seed);
  const PublicKey& public_key() const { return public_key_; }
  // The text, a blank line, the signature.
  std::string sign(const Checkpoint& checkpoint) const;

 private:
  PublicKey public_key_{};
  std::array<std::uint8_t, 64> secret_key_{};
};

// "<origin>+<key id>+<base64>": the key as tools that read notes want it.
std::string verifier_key(std::string_view origin, const PublicKey& key);
// Out of that, or of the base64 of the 32 bytes alone.
Result<PublicKey> read_public_key(std::string_view text);

// The checkpoint of a note. With a key: only if that key signed it.
Result<Checkpoint> read_checkpoint(std::string_view note, const PublicKey* key);

}  // namespace grandstand::ballots
