// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ballots/ballot.hpp>
#include <grandstand/ballots/checkpoint.hpp>
#include <grandstand/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace grandstand::ballots {

// A closed poll as everybody can have it: GET .../polls/export, all pages together.
struct PollRecord {
  std::string origin;
  Terms terms;
  std::vector<std::uint64_t> counts;  // as announced, by option
  std::vector<Ballot> ballots;        // in order
  std::string checkpoint;             // signed note
  std::string key;                    // verifier_key()
  std::optional<std::uint64_t> next;  // the first ballot of the next page
};

// What a voter keeps, with the way from their ballot to the root.
struct Receipt {
  std::string origin;
  std::string account;
  std::string nonce;
  Ballot ballot;     // without voter, which follows from nonce and account
  std::string leaf;  // base64, as given when the vote was taken
  std::vector<Digest> path;
  std::string checkpoint;
  std::string key;
};

using Exhibit = std::variant<PollRecord, Receipt>;

// Out of the JSON that the server and the page give. kInvalidArgument says what is missing.
Result<Exhibit> read_exhibit(std::string_view json);
// `first`: of the ballots, in a page of a longer record.
std::string write_record(const PollRecord& record, std::uint64_t first = 0);

// What the exhibit is held against, beyond what it says itself.
struct Trust {
  std::optional<PublicKey> key;
  std::optional<Digest> root;
};

// A warning is sound, and says what the exhibit cannot show.
struct Finding {
  bool sound = false;
  std::string text;
  bool warning = false;
};

struct Audit {
  std::string origin;
  std::vector<Finding> findings;
  std::vector<std::string> options;   // of a record
  std::vector<std::uint64_t> counts;  // of a record, as recounted here
  std::string root;                   // base64, as computed here
  std::uint64_t size = 0;
  std::string key;  // who signed, base64
  bool sound() const;
};

Audit audit(const PollRecord& record, const Trust& trust);
Audit audit(const Receipt& receipt, const Trust& trust);
// Both, and whether the receipt's ballot is the poll's and counts there.
Audit audit(const Receipt& receipt, const PollRecord& record, const Trust& trust);

std::string to_text(const Audit& audit);
std::string to_json(const Audit& audit);

}  // namespace grandstand::ballots
