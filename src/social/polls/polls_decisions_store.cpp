// SPDX-License-Identifier: MIT
#include "polls_decisions_store.hpp"

#include <grandstand/ballots/audit.hpp>

#include <algorithm>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::polls {
namespace {

using ballots::Digest;

Result<std::string> read_verdict(const pqxx::row& row, const RoomId& room, const room::Event& event, const PollId& id) {
  const std::string_view verdict = row[0].c_str();
  if (verdict == "accepted" || verdict == "again") {
    Accepted accepted{id, row[1].as<std::uint64_t>(), row[2].as<unsigned>()};
    if (!row[3].is_null()) accepted.replaces = row[3].as<std::uint64_t>();
    if (!row[4].is_null()) accepted.before = row[4].as<unsigned>();
    accepted.nonce = row[5].c_str();
    accepted.again = verdict == "again";
    return receipt(room, event.user->id, std::move(accepted));
  }
  if (verdict == "closed") {
    return Error{ErrorCode::kConflict, "The poll closed at " + to_rfc3339(time_of(row[6])) + "; your vote came at " +
                                           to_rfc3339(event.server_time) + " and does not count."};
  }
  if (verdict == "voted") {
    return Error{ErrorCode::kConflict, "You have voted already, and in this poll votes cannot be changed."};
  }
  if (verdict == "often") {
    return Error{ErrorCode::kConflict, "You have changed your vote too often. The last one that was accepted counts."};
  }
  if (verdict == "full") return Error{ErrorCode::kUnavailable, "The poll has as many votes as it can hold."};
  if (verdict == "no_option") return Error{ErrorCode::kInvalidArgument, "There is no option with this number."};
  return Error{ErrorCode::kNotFound, "There is no such poll here."};
}

// All votes of a batch by one statement, each decided by poll_cast() after those before it.
class Votes {
 public:
  void add(std::size_t place, const room::StoredEvent& stored, const Vote& vote) {
    const auto& [room, event] = stored;
    const bool is_new = event.user->since && event.server_time - *event.user->since < kNewAccount;
    for (const auto& text : {room.value(), vote.poll.epoch, event.user->id.value(), event.key}) append(text);
    for (const auto number : {static_cast<std::int64_t>(vote.poll.offset), std::int64_t{vote.option},
                              microseconds(event.server_time), std::int64_t{is_new}}) {
      append(std::to_string(number));
    }
    append(ballots::make_nonce());
    places_.push_back(place);
    polls_.push_back(vote.poll);
  }
  void decide(pqxx::work& transaction, const std::vector<room::StoredEvent>& events,
              std::vector<Result<std::string>>& decisions) {
    if (places_.empty()) return;
    const auto rows = transaction.exec_params(
        "SELECT c.verdict, c.ballot, c.choice, c.earlier, c.earlier_choice, c.secret, " MICROSECONDS("c.closes")
        " FROM unnest($1::text[]) WITH ORDINALITY AS cell(f, n)"
        " CROSS JOIN LATERAL (SELECT string_to_array(cell.f, chr(31)) AS v) AS x"
        " CROSS JOIN LATERAL poll_cast(x.v[1], x.v[2], x.v[5]::bigint, x.v[3], x.v[4], x.v[6]::integer, " TIME_OF(
            "x.v[7]") ", x.v[8] = '1', x.v[9], $2) AS c ORDER BY cell.n",
        std::move(text_) + "}", static_cast<std::int64_t>(kMostBallots));
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const auto& [room, event] = events[places_[i]];
      decisions[places_[i]] = read_verdict(rows[static_cast<int>(i)], room, event, polls_[i]);
    }
  }

 private:
  // A row is one element, its fields divided by a character that none of them has: an array of PostgreSQL with two
  // dimensions would be taken apart into single fields by unnest().
  void append(std::string_view field) {
    if (fields_ == 0) text_ += text_.size() > 1 ? ",\"" : "\"";
    if (fields_ > 0) text_ += '\x1f';
    for (const char c : field) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    if (++fields_ < 9) return;
    fields_ = 0;
    text_ += '"';
  }
  std::string text_ = "{";
  int fields_ = 0;
  std::vector<std::size_t> places_;
  std::vector<PollId> polls_;
};

// The hashes of all leaves, kept in pieces; gives the root.
Digest keep_tree(pqxx::work& transaction, std::int64_t poll, std::span<const Digest> hashes) {
  std::vector<Digest> roots;
  for (std::size_t at = 0; at < hashes.size(); at += kPiece) {
    const auto piece = hashes.subspan(at, std::min(kPiece, hashes.size() - at));
    roots.push_back(ballots::tree_root(piece));
    transaction.exec_params(
        "INSERT INTO poll_subtree (poll, piece, root, hashes) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING",
        poll, static_cast<int>(at / kPiece), bytes_of(std::span(&roots.back(), 1)), bytes_of(piece));
  }
  return ballots::tree_root(roots);
}

// Ballots by the part of the poll's time in which they came, each with what it took back.
constexpr const char* kSteps =
    "SELECT least(greatest(width_bucket(extract(epoch FROM b.at), extract(epoch FROM p.at),"
    "  extract(epoch FROM greatest(p.closed_at, p.at + interval '1 ms')), $2), 1), $2) AS part,"
    " b.option, r.option, count(*)"
    " FROM poll p JOIN poll_ballot b ON b.poll = p.id LEFT JOIN poll_ballot r ON r.poll = b.poll AND r.index = "
    "b.replaces"
    " WHERE p.id = $1 GROUP BY part, b.option, r.option ORDER BY part";

// How the votes stood at the ends of those parts that had any.
std::vector<Standing> read_standings(pqxx::work& transaction, std::int64_t poll, std::size_t options, UtcTime opened_at,
                                     UtcTime closed_at) {
  std::vector<Standing> standings;
  int latest = 0;
  for (const auto& row : transaction.exec_params(kSteps, poll, kStandings)) {
    const auto part = row[0].as<int>();
    if (part != latest) {
      auto counts = standings.empty() ? std::vector<std::uint64_t>(options) : standings.back().counts;
      standings.push_back({opened_at + (closed_at - opened_at) * part / kStandings, std::move(counts)});
      latest = part;
    }
    auto& counts = standings.back().counts;
    counts.at(row[1].as<std::size_t>() - 1) += row[3].as<std::uint64_t>();
    if (!row[2].is_null()) counts.at(row[2].as<std::size_t>() - 1) -= row[3].as<std::uint64_t>();
  }
  return standings;
}

// Closes the poll if nothing has yet, counts its votes and makes the tree: once, the same answer ever after.
Result<std::string> count(pqxx::work& transaction, const RoomId& room, const room::Event& event, const SharedKey& key) {
  Final final;
  GRANDSTAND_TRY(final.poll, decode_poll(event.body));
  GRANDSTAND_TRY(const auto poll, lock_poll(transaction, room, final.poll));
  const auto known = transaction.exec_params("SELECT counted, options, body FROM poll WHERE id = $1", poll);
  if (!known[0][0].is_null()) return std::string(known[0][0].c_str());
  GRANDSTAND_TRY(const auto opening, decode_opened(known[0][2].c_str()));
  const auto closed = transaction.exec_params(
      "UPDATE poll SET closed_at = coalesce(closed_at, " TIME_OF("$2") ") WHERE id = $1"
      " RETURNING " MICROSECONDS("at") ", " MICROSECONDS("closed_at"), poll, microseconds(event.server_time));
  final.counts.assign(known[0][1].as<std::size_t>(), 0);
  for (const auto& row : transaction.exec_params("SELECT option, count(*), count(*) FILTER (WHERE new_account) FROM "
                                                 "poll_vote WHERE poll = $1 GROUP BY option",
                                                 poll)) {
    final.counts.at(row[0].as<std::size_t>() - 1) = row[1].as<std::uint64_t>();
    final.votes += row[1].as<std::uint64_t>();
    final.new_accounts += row[2].as<std::uint64_t>();
  }
  const auto origin = ballots::origin_of(room.value(), to_string(final.poll));
  std::vector<Digest> hashes;
  for (const auto& ballot : read_ballots(transaction, poll, 0, kMostBallots)) {
    hashes.push_back(ballots::hash_of(origin, ballot));
  }
  const auto root = keep_tree(transaction, poll, hashes);
  final.size = hashes.size();
  final.root = ballots::to_base64(root);
  if (key) {
    final.checkpoint = key->sign({origin, final.size, root, ballots::terms_hash(terms_of(opening))});
    final.key = ballots::verifier_key(origin, key->public_key());
  }
  const auto body = encode_final(final);
  std::optional<std::string> progress;
  if (!opening.hidden) {
    progress = encode_progress(
        read_standings(transaction, poll, final.counts.size(), time_of(closed[0][0]), time_of(closed[0][1])));
  }
  transaction.exec_params("UPDATE poll SET counted = $2, progress = $3 WHERE id = $1", poll, body, progress);
  return body;
}

}  // namespace

Result<std::vector<Result<std::string>>> decide_all(pqxx::work& transaction,
                                                    const std::vector<room::StoredEvent>& events,
                                                    const SharedKey& key) {
  std::vector<Result<std::string>> decisions(events.size(), Error{ErrorCode::kInternal, "It was not decided."});
  Votes votes;
  const auto decide_votes = [&] { std::exchange(votes, {}).decide(transaction, events, decisions); };
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& [room, event] = events[i];
    if (event.kind == "polls.vote") {
      const auto vote = decode_vote(event.body);
      if (vote && event.user) votes.add(i, events[i], *vote);
      continue;
    }
    decide_votes();
    decisions[i] = count(transaction, room, event, key);
  }
  decide_votes();
  return decisions;
}

}  // namespace grandstand::social::polls
