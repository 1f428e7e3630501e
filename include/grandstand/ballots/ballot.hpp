// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ballots/merkle.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::ballots {

// One accepted vote, as everybody may see it after the poll: what was chosen, and a commitment to who did.
struct Ballot {
  std::uint64_t index = 0;                // 0, 1, ... in the order of acceptance
  unsigned option = 1;                    // counted from 1
  std::optional<std::uint64_t> replaces;  // the voter's earlier ballot, which counts no more
  std::string voter;                      // voter_commitment()
  friend bool operator==(const Ballot&, const Ballot&) = default;
};

// What the ballots of a poll answer, and by which rule.
struct Terms {
  std::string question;
  std::vector<std::string> options;
  std::string change;  // "none", "until_close": whether votes may be changed
};
// SHA-256 of the lines "grandstand-terms/1", change, question, each option; each ends with \n.
Digest terms_hash(const Terms& terms);

// The name of a poll's log: "grandstand/<room>/<poll>".
std::string origin_of(std::string_view room, std::string_view poll);

// 32 random bytes as hexadecimal digits: the voter's alone until they show it.
std::string make_nonce();
// Hexadecimal SHA-256 that only who knows the nonce can open: binds a ballot to one account without naming it.
std::string voter_commitment(std::string_view nonce, std::string_view account);

// The leaf: six lines, "grandstand-ballot/1", origin, index, option, replaced index or "-", voter; each ends with \n.
std::string leaf_of(std::string_view origin, const Ballot& ballot);
Digest hash_of(std::string_view origin, const Ballot& ballot);

}  // namespace grandstand::ballots
