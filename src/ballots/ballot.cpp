// SPDX-License-Identifier: MIT
#include <grandstand/ballots/ballot.hpp>
#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>

#include <array>

#include <sodium.h>

namespace grandstand::ballots {

std::string origin_of(std::string_view room, std::string_view poll) {
  return "grandstand/" + std::string(room) + "/" + std::string(poll);
}

Digest terms_hash(const Terms& terms) {
  auto text = "grandstand-terms/1\n" + terms.change + "\n" + terms.question + "\n";
  for (const auto& option : terms.options) text += option + "\n";
  Digest digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return digest;
}

std::string make_nonce() {
  GRANDSTAND_ASSERT(sodium_init() >= 0);
  std::array<std::uint8_t, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex(bytes);
}

std::string voter_commitment(std::string_view nonce, std::string_view account) {
  const auto text = "grandstand-voter/1\n" + std::string(nonce) + "\n" + std::string(account) + "\n";
  Digest digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return to_hex(digest);
}

std::string leaf_of(std::string_view origin, const Ballot& ballot) {
  std::string leaf = "grandstand-ballot/1\n";
  leaf += origin;
  leaf += "\n" + std::to_string(ballot.index) + "\n" + std::to_string(ballot.option) + "\n";
  leaf += ballot.replaces ? std::to_string(*ballot.replaces) : "-";
  leaf += "\n" + ballot.voter + "\n";
  return leaf;
}

Digest hash_of(std::string_view origin, const Ballot& ballot) {
  return leaf_hash(leaf_of(origin, ballot));
}

}  // namespace grandstand::ballots
