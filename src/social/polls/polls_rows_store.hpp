// SPDX-License-Identifier: MIT
// What the statements about polls.sql share.
#pragma once

#include "polls.hpp"

#include <grandstand/ballots/ballot.hpp>
#include <grandstand/ballots/checkpoint.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/sql_text.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::social::polls {

// What of it is signed with the result.
ballots::Terms terms_of(const Opening& opening);

using SharedKey = std::shared_ptr<const ballots::SigningKey>;

inline constexpr std::size_t kPiece = 1'024;  // leaves in a subtree: a power of two

using storage::microseconds;
using storage::optional_time_of;
using storage::time_of;

pqxx::binarystring bytes_of(std::span<const ballots::Digest> hashes);
std::vector<ballots::Digest> hashes_of(const pqxx::field& field);

// The poll's number, its row locked.
Result<std::int64_t> lock_poll(pqxx::work& transaction, const RoomId& room, const PollId& id);

// Those from index `from` on, in their order.
std::vector<ballots::Ballot> read_ballots(pqxx::work& transaction, std::int64_t poll, std::uint64_t from,
                                          std::uint64_t most);

// What the voter is told of a vote that counts, with the leaf to look for in the tree.
Result<std::string> receipt(const RoomId& room, const UserId& account, Accepted accepted);

}  // namespace grandstand::social::polls
