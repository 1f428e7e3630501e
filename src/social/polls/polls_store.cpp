// SPDX-License-Identifier: MIT
#include "polls.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/ballots/audit.hpp>
#include <grandstand/ballots/ballot.hpp>
#include <grandstand/ballots/checkpoint.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/wire/json_text.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::polls {

namespace {

using ballots::Ballot;
using ballots::Digest;
using SharedKey = std::shared_ptr<const ballots::SigningKey>;

constexpr std::size_t kPiece = 1'024;           // leaves in a subtree: a power of two
constexpr std::size_t kRecalledVotes = 20'000;  // of open polls and the latest closed one, when a room comes back

#define TIME_OF(microseconds) "'epoch'::timestamptz + " microseconds "::bigint * interval '1 microsecond'"
#define MICROSECONDS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"

std::int64_t microseconds(UtcTime time) {
  return time.time_since_epoch().count();
}

std::optional<std::int64_t> microseconds(const std::optional<UtcTime>& time) {
  return time ? std::optional(microseconds(*time)) : std::nullopt;
}

UtcTime time_of(const pqxx::field& field) {
  return UtcTime{std::chrono::microseconds{field.as<std::int64_t>()}};
}

std::optional<UtcTime> optional_time_of(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(time_of(field));
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

// The poll's number, its row locked.
Result<std::int64_t> lock_poll(pqxx::work& transaction, const RoomId& room, const PollId& id) {
  const auto rows =
      transaction.exec_params("SELECT id FROM poll WHERE room = $1 AND epoch = $2 AND event_offset = $3 FOR UPDATE",
                              room.value(), id.epoch, static_cast<std::int64_t>(id.offset));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "There is no such poll here."};
  return rows[0][0].as<std::int64_t>();
}

Status store_opened(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto opening, decode_opened(event.body));
  const auto user = event.user.value_or(room::User{});
  transaction.exec_params(
      "INSERT INTO poll (room, epoch, event_offset, at, media_time, user_id, user_name, user_role, key, body, options,"
      " may_change, closes_at) VALUES ($1, $2, $3, " TIME_OF("$4") ", " TIME_OF("$5") ", $6, $7, $8, $9, $10, $11,"
      " $12, " TIME_OF("$13") ") ON CONFLICT (room, epoch, event_offset) DO NOTHING",
      room.value(), event.epoch, static_cast<std::int64_t>(event.offset), microseconds(event.server_time),
      microseconds(event.media_time), user.id.value(), user.name, std::string(to_string(user.role)), event.key,
      event.body, static_cast<int>(opening.options.size()), opening.change, microseconds(opening.closes_at));
  return success();
}

// polls.closed and polls.final. One about a poll that is not there is dropped: there is nothing to close.
Status store_later(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto id, decode_poll(event.body));
  const auto poll = lock_poll(transaction, room, id);
  if (!poll) return success();
  transaction.exec_params(
      "INSERT INTO poll_event (poll, kind, epoch, event_offset, at, media_time, body)"
      " VALUES ($1, $2, $3, $4, " TIME_OF("$5") ", " TIME_OF("$6") ", $7) ON CONFLICT DO NOTHING",
      *poll, event.kind, event.epoch, static_cast<std::int64_t>(event.offset), microseconds(event.server_time),
      microseconds(event.media_time), event.body);
  if (event.kind == "polls.closed") {
    transaction.exec_params("UPDATE poll SET closed_at = " TIME_OF("$2") " WHERE id = $1 AND closed_at IS NULL", *poll,
                            microseconds(event.server_time));
  }
  return success();
}

Result<std::string> receipt(const RoomId& room, const UserId& account, Accepted accepted) {
  const Ballot ballot{accepted.index, accepted.option, accepted.replaces,
                      ballots::voter_commitment(accepted.nonce, account.value())};
  accepted.leaf =
      ballots::to_base64(ballots::hash_of(ballots::origin_of(room.value(), to_string(accepted.poll)), ballot));
  return encode_accepted(accepted);
}

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

// Closes the poll if nothing has yet, counts its votes and makes the tree: once, the same answer ever after.
Result<std::string> count(pqxx::work& transaction, const RoomId& room, const room::Event& event, const SharedKey& key) {
  Final final;
  GRANDSTAND_TRY(final.poll, decode_poll(event.body));
  GRANDSTAND_TRY(const auto poll, lock_poll(transaction, room, final.poll));
  const auto known = transaction.exec_params("SELECT counted, options FROM poll WHERE id = $1", poll);
  if (!known[0][0].is_null()) return std::string(known[0][0].c_str());
  transaction.exec_params("UPDATE poll SET closed_at = coalesce(closed_at, " TIME_OF("$2") ") WHERE id = $1", poll,
                          microseconds(event.server_time));
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
    final.checkpoint = key->sign({origin, final.size, root});
    final.key = ballots::verifier_key(origin, key->public_key());
  }
  const auto body = encode_final(final);
  transaction.exec_params("UPDATE poll SET counted = $2, root = $3, checkpoint = $4, signed_by = $5 WHERE id = $1",
                          poll, body, bytes_of(std::span(&root, 1)), final.checkpoint, final.key);
  return body;
}

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

// The newest polls, oldest first, each with what came after it.
std::vector<room::Event> read_polls(pqxx::work& transaction, const RoomId& room, std::size_t limit) {
  std::vector<room::Event> events;
  const auto rows = transaction.exec_params(
      "SELECT id, epoch, event_offset, " MICROSECONDS("at") ", " MICROSECONDS("media_time") ", user_id, user_name,"
      " user_role, key, body, closed_at IS NULL FROM poll WHERE room = $1 ORDER BY id DESC LIMIT $2",
      room.value(), static_cast<std::int64_t>(limit));
  bool latest_closed = true;
  for (const auto& row : rows) {
    const auto poll = row[0].as<std::int64_t>();
    room::Event opened{row[1].c_str(), row[2].as<std::uint64_t>(), "polls.opened", time_of(row[3]),
                       optional_time_of(row[4])};
    opened.user = room::User{UserId(row[5].c_str()), row[6].c_str(),
                             identity::parse_role(row[7].c_str()).value_or(room::Role::kGuest)};
    opened.key = row[8].c_str();
    opened.body = row[9].c_str();
    const PollId id{opened.epoch, opened.offset};
    std::vector<room::Event> of_poll{std::move(opened)};
    const bool open = row[10].as<bool>();
    if (open) {
      Change change{id, {}, 0};
      for (const auto& sum :
           transaction.exec_params("SELECT option, count(*) FROM poll_vote WHERE poll = $1 GROUP BY option", poll)) {
        change.counts[sum[0].as<unsigned>()] = sum[1].as<std::int64_t>();
        change.votes += sum[1].as<std::int64_t>();
      }
      room::Event tick{id.epoch, 0, "polls.tick", of_poll.front().server_time};
      tick.body = encode_tick(std::span(&change, 1));
      of_poll.push_back(std::move(tick));
    }
    if (open || std::exchange(latest_closed, false)) {
      for (const auto& vote : transaction.exec_params(
               "SELECT b.index, b.option, b.replaces, b.nonce, b.account FROM poll_vote v JOIN poll_ballot b"
               " ON b.poll = v.poll AND b.index = v.ballot WHERE v.poll = $1 ORDER BY b.index DESC LIMIT $2",
               poll, static_cast<std::int64_t>(kRecalledVotes))) {
        Accepted accepted{id, vote[0].as<std::uint64_t>(), vote[1].as<unsigned>()};
        if (!vote[2].is_null()) accepted.replaces = vote[2].as<std::uint64_t>();
        accepted.nonce = vote[3].c_str();
        accepted.again = true;  // is in the sums already
        room::Event cast{id.epoch, 0, "polls.vote", of_poll.front().server_time};
        cast.user = room::User{UserId(vote[4].c_str()), {}, room::Role::kViewer};
        cast.result = receipt(room, cast.user->id, std::move(accepted)).value();
        of_poll.push_back(std::move(cast));
      }
    }
    for (const auto& later :
         transaction.exec_params("SELECT kind, epoch, event_offset, " MICROSECONDS("at") ", " MICROSECONDS(
                                     "media_time") ", body"
                                                   " FROM poll_event WHERE poll = $1 ORDER BY kind",
                                 poll)) {
      room::Event event{later[1].c_str(), later[2].as<std::uint64_t>(), later[0].c_str(), time_of(later[3]),
                        optional_time_of(later[4])};
      event.body = later[5].c_str();
      of_poll.push_back(std::move(event));
    }
    events.insert(events.begin(), std::make_move_iterator(of_poll.begin()), std::make_move_iterator(of_poll.end()));
  }
  return events;
}

struct Counted {
  std::int64_t poll = 0;
  std::string origin;
  Opening opening;
  Final final;
};

Result<Counted> find_counted(pqxx::work& transaction, const RoomId& room, const PollId& id) {
  const auto rows =
      transaction.exec_params("SELECT id, body, counted FROM poll WHERE room = $1 AND epoch = $2 AND event_offset = $3",
                              room.value(), id.epoch, static_cast<std::int64_t>(id.offset));
  if (rows.empty()) return Error{ErrorCode::kNotFound, "there is no poll " + to_string(id) + " in " + room.value()};
  if (rows[0][2].is_null()) {
    return Error{ErrorCode::kConflict,
                 "the poll " + to_string(id) + " is not counted yet; ask again when it has closed"};
  }
  Counted counted{rows[0][0].as<std::int64_t>(), ballots::origin_of(room.value(), to_string(id)), {}, {}};
  GRANDSTAND_TRY(counted.opening, decode_opened(rows[0][1].c_str()));
  GRANDSTAND_TRY(counted.final, decode_final(rows[0][2].c_str()));
  return counted;
}

Result<std::string> read_export(pqxx::work& transaction, const RoomId& room, const PollQuery& query) {
  GRANDSTAND_TRY(auto counted, find_counted(transaction, room, query.poll));
  if (query.number > counted.final.size) {
    return Error{ErrorCode::kNotFound, "from: there are " + std::to_string(counted.final.size) + " ballots only"};
  }
  ballots::PollRecord record{counted.origin,
                             counted.opening.question,
                             counted.opening.options,
                             counted.final.counts,
                             {},
                             counted.final.checkpoint,
                             counted.final.key,
                             {}};
  record.ballots = read_ballots(transaction, counted.poll, query.number, kExportPage);
  const auto next = query.number + record.ballots.size();
  if (next < counted.final.size) record.next = next;
  return ballots::write_record(record, query.number);
}

Result<std::string> read_proof(pqxx::work& transaction, const RoomId& room, const PollQuery& query) {
  GRANDSTAND_TRY(const auto counted, find_counted(transaction, room, query.poll));
  if (query.number >= counted.final.size) {
    return Error{ErrorCode::kNotFound, "index: there are " + std::to_string(counted.final.size) + " ballots only"};
  }
  const auto piece = query.number / kPiece;
  const auto rows = transaction.exec_params(
      "SELECT root, CASE WHEN piece = $2 THEN hashes END FROM poll_subtree WHERE poll = $1 ORDER BY piece",
      counted.poll, static_cast<int>(piece));
  std::vector<Digest> roots;
  for (const auto& row : rows) roots.push_back(hashes_of(row[0]).at(0));
  auto path = ballots::inclusion_path(hashes_of(rows[static_cast<int>(piece)][1]), query.number % kPiece);
  std::ranges::copy(ballots::inclusion_path(roots, piece), std::back_inserter(path));
  std::string answer = "{\"origin\":";
  wire::append_json_string(answer, counted.origin);
  answer += ",\"index\":" + std::to_string(query.number) + ",\"size\":" + std::to_string(counted.final.size);
  answer += ",\"path\":[";
  for (const auto& hash : path) {
    if (answer.back() != '[') answer += ',';
    wire::append_json_string(answer, ballots::to_base64(hash));
  }
  answer += "],\"root\":";
  wire::append_json_string(answer, counted.final.root);
  answer += ",\"checkpoint\":";
  wire::append_json_string(answer, counted.final.checkpoint);
  answer += ",\"key\":";
  wire::append_json_string(answer, counted.final.key);
  return answer + "}";
}

// Polls and votes in the tables of polls.sql.
class PollsStore final : public room::FeatureStore {
 public:
  explicit PollsStore(storage::Database& database) : database_(database) {}

  void sign_with(SharedKey key) override { key_ = std::move(key); }

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    std::function<Status(pqxx::work&)> work = [events = std::move(events)](pqxx::work& transaction) -> Status {
      for (const auto& [room, event] : *events) {
        GRANDSTAND_TRY([[maybe_unused]] const auto stored, event.kind == "polls.opened"
                                                               ? store_opened(transaction, room, event)
                                                               : store_later(transaction, room, event));
      }
      return success();
    };
    co_return co_await database_.run<std::monostate>(std::move(work));
  }

  aio::Task<Result<std::vector<Result<std::string>>>> commit(
      std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    using Decisions = std::vector<Result<std::string>>;
    std::function<Result<Decisions>(pqxx::work&)> work = [events = std::move(events),
                                                          key = key_](pqxx::work& transaction) {
      return decide_all(transaction, *events, key);
    };
    co_return co_await database_.run<Decisions>(std::move(work));
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    std::function<Result<std::vector<room::Event>>(pqxx::work&)> work =
        [room = std::move(room), limit](pqxx::work& transaction) -> Result<std::vector<room::Event>> {
      return read_polls(transaction, room, limit);
    };
    co_return co_await database_.run<std::vector<room::Event>>(std::move(work));
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string name, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    GRANDSTAND_CO_TRY(auto query, read_query(name, parameters));
    std::function<Result<std::string>(pqxx::work&)> work = [room = std::move(room), name = std::move(name),
                                                            query = std::move(query)](pqxx::work& transaction) {
      return name == "proof" ? read_proof(transaction, room, query) : read_export(transaction, room, query);
    };
    co_return co_await database_.run<std::string>(std::move(work));
  }

 private:
  storage::Database& database_;
  SharedKey key_;
};

}  // namespace

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return std::make_unique<PollsStore>(database);
}

}  // namespace grandstand::social::polls
