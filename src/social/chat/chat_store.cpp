// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/storage/database.hpp>

#include <algorithm>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::chat {

namespace {

// One column of many rows as a PostgreSQL array literal: one statement with ten parameters inserts them all.
class ArrayText {
 public:
  void add(std::string_view element) {
    separate();
    text_ += '"';
    for (const char c : element) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add_null() {
    separate();
    text_ += "NULL";
  }
  std::string finish() && { return std::move(text_) + "}"; }

 private:
  void separate() {
    if (text_.size() > 1) text_ += ',';
  }
  std::string text_ = "{";
};

std::string microseconds(UtcTime time) {
  return std::to_string(time.time_since_epoch().count());
}

constexpr const char* kInsert = R"(
  INSERT INTO chat_message (room, epoch, event_offset, at, media_time, user_id, user_name, user_role, key, body)
  SELECT room, epoch, event_offset, 'epoch'::timestamptz + at * interval '1 microsecond',
         'epoch'::timestamptz + media_time * interval '1 microsecond', user_id, user_name, user_role, key, body
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[])
       WITH ORDINALITY
       AS row(room, epoch, event_offset, at, media_time, user_id, user_name, user_role, key, body, place)
  ORDER BY place
  ON CONFLICT (room, epoch, event_offset) DO NOTHING)";

#define CHAT_COLUMNS                                                 \
  "epoch, event_offset, (extract(epoch FROM at) * 1000000)::bigint," \
  " (extract(epoch FROM media_time) * 1000000)::bigint, user_id, user_name, user_role, key, body "

Result<std::monostate> insert(pqxx::work& transaction, const std::vector<room::StoredEvent>& events) {
  ArrayText room, epoch, offset, at, media_time, user_id, user_name, user_role, key, body;
  for (const auto& [id, event] : events) {
    GRANDSTAND_TRY(const auto message, decode_message(event.body));
    const room::User user = event.user.value_or(room::User{});
    room.add(id.value());
    epoch.add(event.epoch);
    offset.add(std::to_string(event.offset));
    at.add(microseconds(event.server_time));
    if (event.media_time) {
      media_time.add(microseconds(*event.media_time));
    } else {
      media_time.add_null();
    }
    user_id.add(user.id.value());
    user_name.add(user.name);
    user_role.add(to_string(user.role));
    key.add(event.key);
    body.add(message.text);
  }
  transaction.exec_params(kInsert, std::move(room).finish(), std::move(epoch).finish(), std::move(offset).finish(),
                          std::move(at).finish(), std::move(media_time).finish(), std::move(user_id).finish(),
                          std::move(user_name).finish(), std::move(user_role).finish(), std::move(key).finish(),
                          std::move(body).finish());
  return std::monostate{};
}

UtcTime time_of(const pqxx::field& field) {
  return UtcTime{std::chrono::microseconds{field.as<std::int64_t>()}};
}

// Rows come newest first and go out oldest first.
std::vector<room::Event> read_events(const pqxx::result& rows) {
  std::vector<room::Event> events;
  for (const auto& row : rows) {
    room::Event event;
    event.epoch = row[0].c_str();
    event.offset = row[1].as<std::uint64_t>();
    event.kind = "chat.message";
    event.server_time = time_of(row[2]);
    if (!row[3].is_null()) event.media_time = time_of(row[3]);
    event.user = room::User{UserId(row[4].c_str()), row[5].c_str(),
                            identity::parse_role(row[6].c_str()).value_or(room::Role::kGuest)};
    event.key = row[7].c_str();
    event.body = encode_message({row[8].c_str()});
    events.push_back(std::move(event));
  }
  std::ranges::reverse(events);
  return events;
}

// The id of the first message at or after the cursor in its epoch, or the one after that epoch's last.
Result<std::int64_t> find_cursor(pqxx::work& transaction, const std::string& room, const HistoryQuery::Cursor& before) {
  const auto rows = transaction.exec_params(
      "SELECT coalesce("
      " (SELECT id FROM chat_message WHERE room = $1 AND epoch = $2 AND event_offset >= $3"
      "  ORDER BY event_offset LIMIT 1),"
      " (SELECT id + 1 FROM chat_message WHERE room = $1 AND epoch = $2 ORDER BY event_offset DESC LIMIT 1))",
      room, before.epoch, static_cast<std::int64_t>(before.offset));
  if (rows[0][0].is_null()) {
    return Error{ErrorCode::kNotFound, "before: no message is known of epoch \"" + before.epoch + "\""};
  }
  return rows[0][0].as<std::int64_t>();
}

Result<std::string> read_history(pqxx::work& transaction, const RoomId& room, const HistoryQuery& query) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (query.before) {
    GRANDSTAND_TRY(before, find_cursor(transaction, room.value(), *query.before));
  }
  // One more than asked for tells whether there are more.
  const auto rows = transaction.exec_params("SELECT " CHAT_COLUMNS
                                            "FROM chat_message WHERE room = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                                            room.value(), before, static_cast<std::int64_t>(query.limit + 1));
  auto events = read_events(rows);
  const bool more = events.size() > query.limit;
  if (more) events.erase(events.begin());
  return encode_messages(room, events, more);
}

// The messages of all rooms in the table chat_message.
class ChatStore final : public room::FeatureStore {
 public:
  explicit ChatStore(storage::Database& database) : database_(database) {}

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    std::function<Status(pqxx::work&)> work = [events = std::move(events)](pqxx::work& transaction) {
      return insert(transaction, *events);
    };
    co_return co_await database_.run<std::monostate>(std::move(work));
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    std::function<Result<std::vector<room::Event>>(pqxx::work&)> work =
        [room = std::move(room), limit](pqxx::work& transaction) -> Result<std::vector<room::Event>> {
      return read_events(transaction.exec_params("SELECT " CHAT_COLUMNS
                                                 "FROM chat_message WHERE room = $1 ORDER BY id DESC LIMIT $2",
                                                 room.value(), static_cast<std::int64_t>(limit)));
    };
    co_return co_await database_.run<std::vector<room::Event>>(std::move(work));
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string name, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    GRANDSTAND_CO_TRY(auto history, read_history_query(parameters));
    std::function<Result<std::string>(pqxx::work&)> work = [room = std::move(room),
                                                            history = std::move(history)](pqxx::work& transaction) {
      return read_history(transaction, room, history);
    };
    co_return co_await database_.run<std::string>(std::move(work));
  }

 private:
  storage::Database& database_;
};

}  // namespace

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return std::make_unique<ChatStore>(database);
}

}  // namespace grandstand::social::chat
