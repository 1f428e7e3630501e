// SPDX-License-Identifier: MIT
#include "polls_reading_store.hpp"

#include <grandstand/ballots/audit.hpp>
#include <grandstand/wire/json_text.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::polls {
namespace {

using ballots::Digest;

constexpr std::chrono::hours kLongestCount{1};  // from a poll's close to its result, where the store was away
constexpr std::size_t kRecalledVotes = 20'000;  // of open polls and the latest closed one, when a room comes back

room::Event read_opened(const pqxx::row& row) {
  room::Event opened{row[1].c_str(), row[2].as<std::uint64_t>(), "polls.opened", time_of(row[3]),
                     optional_time_of(row[4])};
  opened.user = room::User{UserId(row[5].c_str()), row[6].c_str(),
                           identity::parse_role(row[7].c_str()).value_or(room::Role::kGuest)};
  opened.key = row[8].c_str();
  opened.body = row[9].c_str();
  return opened;
}

// What an open poll's votes come to so far.
room::Event read_sums(pqxx::work& transaction, std::int64_t poll, const PollId& id) {
  Change change{id, {}, 0};
  for (const auto& sum :
       transaction.exec_params("SELECT option, count(*) FROM poll_vote WHERE poll = $1 GROUP BY option", poll)) {
    change.counts[sum[0].as<unsigned>()] = sum[1].as<std::int64_t>();
    change.votes += sum[1].as<std::int64_t>();
  }
  room::Event tick{id.epoch, 0, "polls.tick"};
  tick.body = encode_tick(std::span(&change, 1));
  return tick;
}

// The voters' receipts.
void read_votes(pqxx::work& transaction, const RoomId& room, std::int64_t poll, const PollId& id,
                std::vector<room::Event>& events) {
  for (const auto& vote : transaction.exec_params(
           "SELECT b.index, b.option, b.replaces, b.nonce, b.account FROM poll_vote v JOIN poll_ballot b"
           " ON b.poll = v.poll AND b.index = v.ballot WHERE v.poll = $1 ORDER BY b.index DESC LIMIT $2",
           poll, static_cast<std::int64_t>(kRecalledVotes))) {
    Accepted accepted{id, vote[0].as<std::uint64_t>(), vote[1].as<unsigned>()};
    if (!vote[2].is_null()) accepted.replaces = vote[2].as<std::uint64_t>();
    accepted.nonce = vote[3].c_str();
    accepted.again = true;  // is in the sums already
    room::Event cast{id.epoch, 0, "polls.vote"};
    cast.user = room::User{UserId(vote[4].c_str()), {}, room::Role::kViewer};
    cast.result = receipt(room, cast.user->id, std::move(accepted)).value();
    events.push_back(std::move(cast));
  }
}

// polls.closed and polls.final.
void read_later(pqxx::work& transaction, std::int64_t poll, std::vector<room::Event>& events) {
  for (const auto& later :
       transaction.exec_params("SELECT kind, epoch, event_offset, " MICROSECONDS("at") ", " MICROSECONDS(
                                   "media_time") ", body"
                                                 " FROM poll_event WHERE poll = $1 ORDER BY kind",
                               poll)) {
    room::Event event{later[1].c_str(), later[2].as<std::uint64_t>(), later[0].c_str(), time_of(later[3]),
                      optional_time_of(later[4])};
    event.body = later[5].c_str();
    events.push_back(std::move(event));
  }
}

}  // namespace

std::vector<room::Event> read_polls(pqxx::work& transaction, const RoomId& room, std::size_t limit) {
  std::vector<room::Event> events;
  for (const auto& row : transaction.exec_params(
           "SELECT id, epoch, event_offset, " MICROSECONDS("at") ", " MICROSECONDS(
               "media_time") ", user_id,"
                             " user_name, user_role, key, body, closed_at IS NULL, coalesce(closed_at = max(closed_at) "
                             "OVER (), true)"
                             " FROM (SELECT *, EXISTS (SELECT FROM poll_event WHERE poll = poll.id AND kind = "
                             "'polls.final') AS told"
                             " FROM poll WHERE room = $1 ORDER BY told, id DESC LIMIT $2) AS kept ORDER BY id",
           room.value(), static_cast<std::int64_t>(limit))) {
    const auto poll = row[0].as<std::int64_t>();
    const PollId id{row[1].c_str(), row[2].as<std::uint64_t>()};
    const bool is_open = row[10].as<bool>(), is_shown = row[11].as<bool>();
    events.push_back(read_opened(row));
    if (is_open) events.push_back(read_sums(transaction, poll, id));
    if (is_shown) read_votes(transaction, room, poll, id, events);
    read_later(transaction, poll, events);
  }
  return events;
}

namespace {

// A poll ends on the timeline as long after its beginning as it did by the clock; one whose result is not told yet has
// not ended.
constexpr const char* kTimeline =
    "SELECT p.id, p.epoch, p.event_offset, " MICROSECONDS("p.at") ", " MICROSECONDS(
        "p.media_time") ", p.user_id,"
                        " p.user_name, p.user_role, p.key, p.body, p.progress"
                        " FROM poll p LEFT JOIN poll_event f ON f.poll = p.id AND f.kind = 'polls.final'"
                        " WHERE p.room = $1 AND coalesce(p.media_time, p.at) < " TIME_OF(
                            "$2") " AND coalesce(p.media_time, p.at) > " TIME_OF("$4")
    " AND (f.at IS NULL OR coalesce(p.media_time, p.at) + (f.at - p.at) >= " TIME_OF("$3")
    ") ORDER BY coalesce(p.media_time, p.at) DESC, p.id DESC LIMIT $5";

PastPoll read_past(pqxx::work& transaction, const pqxx::row& row) {
  State state;
  std::optional<UtcTime> closed_at_moment;
  const auto opened = read_opened(row);
  const PollId id{opened.epoch, opened.offset};
  if (auto opening = decode_opened(opened.body); opening.ok()) apply_opened(state, opened, std::move(*opening));
  std::vector<room::Event> later;
  read_later(transaction, row[0].as<std::int64_t>(), later);
  if (later.empty()) later.push_back(read_sums(transaction, row[0].as<std::int64_t>(), id));
  for (const auto& event : later) {
    if (event.kind == "polls.closed") {
      apply_closed(state, id, event.server_time);
      closed_at_moment = event.media_time;
    } else if (event.kind == "polls.final") {
      if (const auto final = decode_final(event.body); final.ok()) apply_final(state, *final, event.body);
    } else if (const auto counted = decode_tick(event.body); counted.ok()) {
      apply_recalled(state, *counted);
    }
  }
  PastPoll past{state.polls[id], {}, row[10].is_null() ? std::string() : std::string(row[10].c_str())};
  past.closed_media_time = closed_media_time(past.poll, closed_at_moment);
  return past;
}

}  // namespace

Result<std::string> read_timeline(pqxx::work& transaction, const RoomId& room, const Stretch& stretch) {
  std::vector<PastPoll> polls;
  for (const auto& row :
       transaction.exec_params(kTimeline, room.value(), microseconds(stretch.to), microseconds(stretch.from),
                               microseconds(stretch.from - kLongest - kLongestCount), kMaxTimelinePolls)) {
    polls.push_back(read_past(transaction, row));
  }
  std::ranges::reverse(polls);
  return encode_timeline(polls);
}

namespace {

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

}  // namespace

Result<std::string> read_export(pqxx::work& transaction, const RoomId& room, const PollQuery& query) {
  GRANDSTAND_TRY(auto counted, find_counted(transaction, room, query.poll));
  if (query.number > counted.final.size) {
    return Error{ErrorCode::kNotFound, "from: there are " + std::to_string(counted.final.size) + " ballots only"};
  }
  ballots::PollRecord record{counted.origin,
                             terms_of(counted.opening),
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

}  // namespace grandstand::social::polls
