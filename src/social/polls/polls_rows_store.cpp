// SPDX-License-Identifier: MIT
#include "polls_rows_store.hpp"

#include <algorithm>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::polls {

using ballots::Ballot;
using ballots::Digest;

ballots::Terms terms_of(const Opening& opening) {
  return {opening.question, opening.options, opening.change ? "until_close" : "none"};
}

pqxx::binarystring bytes_of(std::span<const Digest> hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(Digest)};
}

std::vector<Digest> hashes_of(const pqxx::field& field) {
  const pqxx::binarystring bytes(field);
  std::vector<Digest> hashes(bytes.size() / sizeof(Digest));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::copy_n(bytes.data() + i * sizeof(Digest), sizeof(Digest), hashes[i].begin());
  }
  return hashes;
}

Result<std::int64_t> lock_poll(pqxx::work& transaction, const RoomId& room, const PollId& id) {
  const auto rows =
      transaction.exec_params("SELECT id FROM poll WHERE room = $1 AND epoch = $2 AND event_offset = $3 FOR UPDATE",
                              room.value(), id.epoch, static_cast<std::int64_t>(id.offset));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "There is no such poll here."};
  return rows[0][0].as<std::int64_t>();
}

std::vector<Ballot> read_ballots(pqxx::work& transaction, std::int64_t poll, std::uint64_t from, std::uint64_t most) {
  const auto rows = transaction.exec_params(
      "SELECT index, option, replaces, nonce, account FROM poll_ballot WHERE poll = $1 AND index >= $2"
      " ORDER BY index LIMIT $3",
      poll, static_cast<std::int64_t>(from), static_cast<std::int64_t>(most));
  std::vector<Ballot> found;
  found.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows) {
    Ballot ballot{row[0].as<std::uint64_t>(), row[1].as<unsigned>(), {}, {}};
    if (!row[2].is_null()) ballot.replaces = row[2].as<std::uint64_t>();
    ballot.voter = ballots::voter_commitment(row[3].c_str(), row[4].c_str());
    found.push_back(std::move(ballot));
  }
  return found;
}

Result<std::string> receipt(const RoomId& room, const UserId& account, Accepted accepted) {
  const Ballot ballot{accepted.index, accepted.option, accepted.replaces,
                      ballots::voter_commitment(accepted.nonce, account.value())};
  accepted.leaf =
      ballots::to_base64(ballots::hash_of(ballots::origin_of(room.value(), to_string(accepted.poll)), ballot));
  return encode_accepted(accepted);
}

}  // namespace grandstand::social::polls
