// SPDX-License-Identifier: MIT
#include <grandstand/aio/task.hpp>
#include <grandstand/room/outbox.hpp>
#include <grandstand/social/decision_store.hpp>
#include <grandstand/social/query_fields.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/sql_text.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social {

namespace {

constexpr std::size_t kMostRows = 200;

std::string replaced(std::string text, const std::string& table) {
  for (auto at = text.find("TABLE"); at != text.npos; at = text.find("TABLE", at)) text.replace(at, 5, table);
  return text;
}

// The same event again changes nothing.
constexpr const char* kInsert = R"(
  INSERT INTO TABLE (room, at, kind, scope, subject, actor_id, actor_name, actor_role, key, reason, evidence, body)
  SELECT $1, )" TIME_OF("$2") R"(, $3, $8::jsonb->>'scope',
         $8::jsonb->>'subject', $4, $5, $6, $7, coalesce($8::jsonb->>'reason', ''),
         encode(sha256(convert_to($8::jsonb->>'text', 'UTF8')), 'hex'), $8::text
  ON CONFLICT (room, kind, at, scope, subject) DO NOTHING)";

// What is over is not loaded, or what goes on would have no place beside it; but the keys of what was decided lately
// must be known. Nor are acts in other features. So many of each scope.
constexpr const char* kLoad = R"(
  SELECT kind, )" MICROSECONDS("at") R"(, actor_id, actor_name, actor_role, key, body
  FROM (SELECT latest.*, row_number() OVER (PARTITION BY scope ORDER BY id DESC) AS place
        FROM (SELECT DISTINCT ON (scope, subject) * FROM TABLE
              WHERE room = $1 AND split_part(kind, '.', 1) = $3
              ORDER BY scope, subject, id DESC) latest
        WHERE (split_part(kind, '.', 2) <> ALL($4::text[])
               AND coalesce((body::jsonb->>'until')::float8, 'Infinity') > extract(epoch FROM now()) * 1000)
           OR at > now() - interval '15 minutes') placed
  WHERE place <= $2
  ORDER BY id DESC)";

constexpr const char* kLog = R"(
  SELECT coalesce(json_agg(row ORDER BY row.id DESC), '[]')::text FROM
    (SELECT id, (extract(epoch FROM at) * 1000)::bigint AS at, kind, scope, subject, actor_id, actor_name, reason,
            evidence, body::json AS body
     FROM TABLE WHERE room = $1 AND id < $2 AND ($4 = '' OR subject = $4 OR body::jsonb->>'user' = $4)
       AND body::jsonb->>'hidden' IS NULL
     ORDER BY id DESC LIMIT $3) row)";

struct LogQuery {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  std::int64_t limit = 50;
  std::string user;  // empty: of all
};

Result<LogQuery> read_log_query(const room::QueryParameters& parameters) {
  LogQuery query;
  for (const auto& [name, value] : parameters) {
    if (name == "user") {
      query.user = value;
    } else if (name == "before" || name == "limit") {
      GRANDSTAND_TRY((name == "before" ? query.before : query.limit), read_number(name, value, 1, INT64_MAX));
    } else {
      return unknown_parameter(name, "user, before and limit");
    }
  }
  query.limit = std::min<std::int64_t>(query.limit, kMostRows);
  return query;
}

void insert(pqxx::work& transaction, const std::string& statement, const RoomId& room, const room::Event& event,
            const std::string& body) {
  const room::User actor = event.user.value_or(room::User{});
  transaction.exec_params(statement, room.value(), storage::microseconds(event.server_time), event.kind,
                          actor.id.value(), actor.name, std::string(to_string(actor.role)), event.key, body);
}

class DecisionStore final : public room::FeatureStore, public room::Outbox {
 public:
  DecisionStore(storage::Database& database, DecisionLog log)
      : database_(database), log_(std::move(log)), table_(log_.feature + "_log") {}

  room::Outbox* listener() override { return log_.acts ? this : nullptr; }
  void put(pqxx::work& transaction, std::span<const room::StoredEvent> events) override {
    for (const auto& [room, event] : events) {
      if (!event.logged.empty()) insert(transaction, replaced(kInsert, table_), room, event, event.logged);
    }
  }

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    co_return Error{ErrorCode::kInternal, "decisions are committed one by one"};
  }

  aio::Task<Result<std::vector<Result<std::string>>>> commit(
      std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    using Decisions = std::vector<Result<std::string>>;
    std::function<Result<Decisions>(pqxx::work&)> work =
        [events = std::move(events), statement = replaced(kInsert, table_),
         outbox = outbox_](pqxx::work& transaction) -> Result<Decisions> {
      if (outbox != nullptr) outbox->put(transaction, *events);
      Decisions decisions;
      for (const auto& [room, event] : *events) {
        insert(transaction, statement, room, event, event.body);
        decisions.emplace_back(std::string());
      }
      return decisions;
    };
    co_return co_await database_.run<Decisions>(std::move(work));
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    using Events = std::vector<room::Event>;
    std::function<Result<Events>(pqxx::work&)> work =
        [room = std::move(room), limit, load = replaced(kLoad, table_), feature = log_.feature,
         passed = storage::array_text(log_.passed)](pqxx::work& transaction) -> Result<Events> {
      Events events;
      for (const auto& row :
           transaction.exec_params(load, room.value(), static_cast<std::int64_t>(limit), feature, passed)) {
        room::Event event;
        event.kind = row[0].c_str();
        event.server_time = storage::time_of(row[1]);
        if (row[2].size() > 0) {
          event.user = room::User{UserId(row[2].c_str()), row[3].c_str(),
                                  identity::parse_role(row[4].c_str()).value_or(room::Role::kGuest)};
        }
        event.key = row[5].c_str();
        event.body = row[6].c_str();
        events.push_back(std::move(event));
      }
      std::ranges::reverse(events);
      return events;
    };
    co_return co_await database_.run<Events>(std::move(work));
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    if (!asker) co_return Error{ErrorCode::kUnauthenticated, "Sign in to read the log."};
    if (asker->role < room::Role::kModerator) {
      co_return Error{ErrorCode::kForbidden, "The log is for the moderators of the room."};
    }
    GRANDSTAND_CO_TRY(auto asked, read_log_query(parameters));
    std::function<Result<std::string>(pqxx::work&)> work =
        [room = std::move(room), asked = std::move(asked),
         log = replaced(kLog, table_)](pqxx::work& transaction) -> Result<std::string> {
      const auto rows = transaction.exec_params(log, room.value(), asked.before, asked.limit, asked.user);
      return "{\"entries\":" + std::string(rows[0][0].c_str()) + "}";
    };
    co_return co_await database_.run<std::string>(std::move(work));
  }

 private:
  storage::Database& database_;
  DecisionLog log_;
  std::string table_;
};

}  // namespace

std::unique_ptr<room::FeatureStore> make_decision_store(storage::Database& database, DecisionLog log) {
  return std::make_unique<DecisionStore>(database, std::move(log));
}

}  // namespace grandstand::social
