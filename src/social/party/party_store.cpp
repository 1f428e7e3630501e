// SPDX-License-Identifier: MIT
#include "party_clock.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/base/random_text.hpp>
#include <grandstand/room/outbox.hpp>
#include <grandstand/storage/database.hpp>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::party {
namespace {

using Decisions = std::vector<Result<std::string>>;

constexpr int kMostFounded = 20;  // parties of one user that are not over
constexpr char kForgetAfter[] = "30 days";
constexpr int kMostForgotten = 100;  // at once

const Error kNoInvite{ErrorCode::kNotFound, "There is no such invitation, or it has expired."};

std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + '"';
}

// Another owner of the room may have been at it meanwhile: then it is as that one left it.
Result<std::string> write(pqxx::work& transaction, const room::StoredEvent& stored) {
  const auto& [room, event] = stored;
  pqxx::result written;
  if (event.kind == "party.motion") {
    GRANDSTAND_TRY(const auto motion, decode_motion(event.body));
    written = transaction.exec_params(
        "UPDATE party SET motion = $2::jsonb, sequence = $3, changed_at = now() WHERE room = $1"
        " AND (sequence < $3 OR motion = $2::jsonb)",
        room.value(), event.body, static_cast<std::int64_t>(motion.sequence));
  } else {
    GRANDSTAND_TRY(const auto party, decode_party(event.body));
    const auto invite = party.invite ? std::optional(party.invite->code) : std::nullopt;
    written = transaction.exec_params(
        "UPDATE party SET state = $2::jsonb, revision = $3, invite = $4, ended = $5, changed_at = now()"
        " WHERE room = $1 AND (revision < $3 OR state = $2::jsonb)",
        room.value(), event.body, static_cast<std::int64_t>(party.revision), invite, party.ended);
  }
  if (written.affected_rows() == 1) return std::string();
  return Error{ErrorCode::kConflict, "The party has changed meanwhile. Look and try again."};
}

Result<std::string> found(pqxx::work& transaction, Founding founding, const room::User& founder, UtcTime now) {
  transaction.exec_params(
      "DELETE FROM party WHERE room IN (SELECT room FROM party WHERE changed_at < now() - $1::interval LIMIT $2)",
      kForgetAfter, kMostForgotten);
  const auto count =
      transaction.exec_params("SELECT count(*) FROM party WHERE founder = $1 AND NOT ended", founder.id.value());
  if (count[0][0].as<int>() >= kMostFounded) {
    return Error{ErrorCode::kTooLarge, "You have " + std::to_string(kMostFounded) + " parties. End one first."};
  }
  Party party;
  party.title = std::move(founding.title);
  party.programme = std::move(founding.programme);
  party.waiting_room = founding.waiting_room;
  party.starts_at = std::max(founding.starts_at.value_or(now), now);
  party.people.push_back({founder.id, founder.name, Rank::kHost, now});
  party.invite = Invite{make_code(), *party.starts_at + kInviteLifetime};
  Motion motion;
  motion.at = now;
  motion.position = party.programme.start.value_or(now - kLiveDelay);
  motion.reason = "begin";
  const auto room = "party:" + random_text(kCodeAlphabet, kCodeLength + 2);
  transaction.exec_params(
      "INSERT INTO party (room, state, revision, motion, sequence, invite, founder)"
      " VALUES ($1, $2::jsonb, $3, $4::jsonb, $5, $6, $7)",
      room, encode_party(party), static_cast<std::int64_t>(party.revision), encode_motion(motion),
      static_cast<std::int64_t>(motion.sequence), party.invite->code, founder.id.value());
  return "{\"room\":" + quoted(room) + ",\"invite\":" + quoted(party.invite->code) + "}";
}

// What somebody who holds the code may know before coming in.
Result<std::string> read_invite(pqxx::work& transaction, const std::string& code) {
  const auto rows = transaction.exec_params(
      "SELECT jsonb_build_object('room', room, 'title', state -> 'title', 'programme', state -> 'programme',"
      " 'starts_at', state -> 'starts_at', 'people', jsonb_array_length(state -> 'people'), 'host',"
      " jsonb_path_query_first(state, '$.people[*] ? (@.rank == \"host\").name')) FROM party WHERE invite = $1"
      " AND NOT ended AND (state #>> '{invite,expires}')::bigint > extract(epoch FROM now()) * 1000",
      code);
  if (rows.empty()) return kNoInvite;
  return std::string(rows[0][0].c_str());
}

Result<std::string> read_mine(pqxx::work& transaction, const room::User& asker) {
  const auto rows = transaction.exec_params(
      "SELECT coalesce(jsonb_agg(jsonb_build_object('room', room, 'title', state -> 'title', 'programme',"
      " state -> 'programme', 'starts_at', state -> 'starts_at') ORDER BY changed_at DESC), '[]') FROM (SELECT * FROM"
      " party WHERE state -> 'people' @> jsonb_build_array(jsonb_build_object('user', $1::text)) AND NOT ended"
      " ORDER BY changed_at DESC LIMIT 50) AS own",
      asker.id.value());
  return "{\"parties\":" + std::string(rows[0][0].c_str()) + "}";
}

room::Event event_of(const char* kind, const pqxx::field& body) {
  room::Event event;
  event.kind = kind;
  event.body = body.c_str();
  return event;
}

class PartyStore final : public room::FeatureStore {
 public:
  explicit PartyStore(storage::Database& database) : database_(database) {}

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    co_return success();  // all that is kept is committed
  }

  aio::Task<Result<Decisions>> commit(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    std::function<Result<Decisions>(pqxx::work&)> work = [events = std::move(events),
                                                          outbox = outbox_](pqxx::work& transaction) {
      Decisions decisions;
      for (const auto& event : *events) {
        decisions.push_back(write(transaction, event));
        if (decisions.back().ok() && outbox != nullptr) outbox->put(transaction, std::span(&event, 1));
      }
      return Result<Decisions>(std::move(decisions));
    };
    co_return co_await database_.run<Decisions>(std::move(work));
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    using Events = std::vector<room::Event>;
    std::function<Result<Events>(pqxx::work&)> work = [room = std::move(room)](pqxx::work& transaction) {
      Events events;
      for (const auto& row : transaction.exec_params("SELECT state, motion FROM party WHERE room = $1", room.value())) {
        events = {event_of("party.state", row[0]), event_of("party.motion", row[1])};
      }
      return Result<Events>(std::move(events));
    };
    co_return co_await database_.run<Events>(std::move(work));
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string query, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    if (query == "mine" && !asker) co_return Error{ErrorCode::kUnauthenticated, "Sign in to see your parties."};
    std::function<Result<std::string>(pqxx::work&)> work = [code = std::move(parameters["code"]),
                                                            asker = std::move(asker), query](pqxx::work& transaction) {
      return query == "mine" ? read_mine(transaction, *asker) : read_invite(transaction, code);
    };
    co_return co_await database_.run<std::string>(std::move(work));
  }

  aio::Task<Result<std::string>> found_room(std::string body, room::User founder, UtcTime now) override {
    GRANDSTAND_CO_TRY(auto founding, decode_founding(body));
    GRANDSTAND_CO_RETURN_IF_ERROR(check_programme(founding.programme, now));
    if (founding.starts_at && *founding.starts_at > now + kFurthestStart) {
      co_return Error{ErrorCode::kInvalidArgument, "A party may be planned 60 days ahead at most."};
    }
    std::function<Result<std::string>(pqxx::work&)> work = [founding = std::move(founding),
                                                            founder = std::move(founder), now](auto& transaction) {
      return found(transaction, founding, founder, now);
    };
    co_return co_await database_.run<std::string>(std::move(work));
  }

  aio::Task<Result<bool>> has_room(RoomId room) override {
    std::function<Result<bool>(pqxx::work&)> work = [room = std::move(room)](pqxx::work& transaction) {
      return Result<bool>(
          !transaction.exec_params("SELECT 1 FROM party WHERE room = $1 AND NOT ended", room.value()).empty());
    };
    co_return co_await database_.run<bool>(std::move(work));
  }

  aio::Task<Result<std::optional<room::Role>>> reading_role(RoomId room, std::optional<room::User> asker) override {
    using Reading = std::optional<room::Role>;
    if (!asker) co_return Reading();
    if (asker->role == room::Role::kAdmin) co_return Reading(asker->role);
    std::function<Result<Reading>(pqxx::work&)> work = [room = std::move(room),
                                                        asker = std::move(*asker)](pqxx::work& transaction) {
      const auto rows = transaction.exec_params(
          "SELECT person ->> 'rank' FROM party, jsonb_array_elements(state -> 'people') AS person"
          " WHERE room = $1 AND person ->> 'user' = $2",
          room.value(), asker.id.value());
      if (rows.empty()) return Result<Reading>(Reading());
      const bool leads = parse_rank(rows[0][0].c_str()).value_or(Rank::kMember) >= Rank::kCoHost;
      return Result<Reading>(leads ? std::max(asker.role, room::Role::kModerator) : asker.role);
    };
    co_return co_await database_.run<Reading>(std::move(work));
  }

 private:
  storage::Database& database_;
};

}  // namespace

std::string make_code() {
  return random_text(kCodeAlphabet, kCodeLength);
}

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return std::make_unique<PartyStore>(database);
}

}  // namespace grandstand::social::party
