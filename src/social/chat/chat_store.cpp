// SPDX-License-Identifier: MIT
#include "chat.hpp"
#include "chat_reading.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/room/outbox.hpp>
#include <grandstand/room/settings.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/sql_text.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::chat {

namespace {

using storage::microseconds;

// A key stands for one message as long as rooms remember it: then it may be used again.
constexpr const char* kForgetKeys = R"(
  UPDATE chat_message AS m SET key = ''
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS row(room, user_id, key, at)
  WHERE m.room = row.room AND m.user_id = row.user_id AND m.key = row.key AND m.key <> ''
    AND m.at <= )" TIME_OF("(row.at - $5::bigint)");

constexpr const char* kInsert = R"(
  INSERT INTO chat_message (room, epoch, event_offset, at, media_time, user_id, user_name, user_role, key, body,
                            reply_epoch, reply_offset, mentions)
  SELECT room, epoch, event_offset, )" TIME_OF("at") R"(,
         )" TIME_OF("media_time") R"(, user_id, user_name, user_role, key, body, reply_epoch, reply_offset, mentions
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[])
       WITH ORDINALITY
       AS row(room, epoch, event_offset, at, media_time, user_id, user_name, user_role, key, body, reply_epoch,
              reply_offset, mentions, place)
  ORDER BY place
  ON CONFLICT DO NOTHING)";

std::string join_mentions(const std::vector<UserId>& mentions) {
  std::string text;
  for (const auto& user : mentions) text += (text.empty() ? "" : " ") + user.value();
  return text;
}

// Messages that follow each other.
Status insert(pqxx::work& transaction, std::span<const room::StoredEvent> events) {
  std::array<storage::ArrayText, 13> columns;
  auto& [room, epoch, offset, at, media_time, user_id, user_name, user_role, key, body, reply_epoch, reply_offset,
         mentions] = columns;
  for (const auto& [id, event] : events) {
    GRANDSTAND_TRY(const auto message, decode_message(event.body));
    const room::User user = event.user.value_or(room::User{});
    room.add(id.value());
    epoch.add(event.epoch);
    offset.add(std::to_string(event.offset));
    at.add(std::to_string(microseconds(event.server_time)));
    event.media_time ? media_time.add(std::to_string(microseconds(*event.media_time))) : media_time.add_null();
    user_id.add(user.id.value());
    user_name.add(user.name);
    user_role.add(to_string(user.role));
    key.add(event.key);
    body.add(message.text);
    const auto& answered = message.reply_to;
    answered ? reply_epoch.add(answered->id.epoch) : reply_epoch.add_null();
    answered ? reply_offset.add(std::to_string(answered->id.offset)) : reply_offset.add_null();
    mentions.add(join_mentions(message.mentions));
  }
  std::vector<std::string> parameters;
  for (auto& column : columns) parameters.push_back(std::move(column).finish());
  const auto insert_missing = [&] {
    return transaction.exec_params(kInsert, pqxx::prepare::make_dynamic_params(parameters)).affected_rows();
  };
  if (insert_missing() == events.size()) return success();
  transaction.exec_params(kForgetKeys, parameters[0], parameters[5], parameters[8], parameters[3],
                          std::chrono::microseconds(room::Settings{}.key_lifetime).count());
  insert_missing();
  return success();
}

// What was said until now is kept; done once however often it is asked.
Status store_edit(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto edited, decode_edited(event.body));
  transaction.exec_params(
      "WITH kept AS ("
      " INSERT INTO chat_edit (room, epoch, event_offset, message_epoch, message_offset, at, body)"
      " SELECT room, $2, $3, epoch, event_offset, " TIME_OF("$6") ", body"
      " FROM chat_message WHERE room = $1 AND epoch = $4 AND event_offset = $5"
      " ON CONFLICT DO NOTHING RETURNING at)"
      "UPDATE chat_message SET body = $7, mentions = $8, edited_at = kept.at FROM kept"
      " WHERE room = $1 AND epoch = $4 AND event_offset = $5",
      room.value(), event.epoch, event.offset, edited.message.epoch, edited.message.offset,
      microseconds(event.server_time), edited.text, join_mentions(edited.mentions));
  return success();
}

Status store_deletion(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto deleted, decode_deleted(event.body));
  const auto at = microseconds(event.server_time);
  const auto by = event.user ? std::optional(event.user->id.value()) : std::nullopt;
  constexpr std::string_view kDelete =
      "UPDATE chat_message SET deleted_at = " TIME_OF("$4") ", deleted_by = $5"
      " WHERE room = $1 AND deleted_at IS NULL AND ";
  if (const auto* message = std::get_if<MessageId>(&deleted.what)) {
    transaction.exec_params(std::string(kDelete) + "epoch = $2 AND event_offset = $3", room.value(), message->epoch,
                            message->offset, at, by);
  } else {
    transaction.exec_params(std::string(kDelete) + "user_id = $6 AND (epoch <> $2 OR event_offset < $3)", room.value(),
                            event.epoch, event.offset, at, by, std::get<UserId>(deleted.what).value());
  }
  transaction.exec_params(
      "DELETE FROM chat_pin AS p USING chat_message AS m WHERE p.room = $1 AND m.room = p.room"
      " AND m.epoch = p.message_epoch AND m.event_offset = p.message_offset AND m.deleted_at IS NOT NULL",
      room.value());
  return success();
}

Status store_pin(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto pinned, decode_pinned(event.body));
  transaction.exec_params(
      "INSERT INTO chat_pin (room, epoch, event_offset, message_epoch, message_offset, at, media_time, user_id)"
      " VALUES ($1, $2, $3, $4, $5, " TIME_OF("$6") ", " TIME_OF("$7") ", $8) ON CONFLICT DO NOTHING",
      room.value(), event.epoch, event.offset, pinned.epoch, pinned.offset, microseconds(event.server_time),
      microseconds(event.media_time), event.user.value_or(room::User{}).id.value());
  return success();
}

Status store_unpin(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto id, decode_message_id(event.body));
  // Stored again, it is about no later pin of the message.
  transaction.exec_params(
      "UPDATE chat_pin SET unpinned_at = " TIME_OF("$4") ", unpinned_media_time = " TIME_OF("$5")
      " WHERE room = $1 AND message_epoch = $2 AND message_offset = $3 AND unpinned_at IS NULL"
      " AND (epoch <> $6 OR event_offset < $7)",
      room.value(), id.epoch, id.offset, microseconds(event.server_time), microseconds(event.media_time), event.epoch,
      event.offset);
  return success();
}

Status store_change(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  if (event.kind == "chat.edited") return store_edit(transaction, room, event);
  if (event.kind == "chat.deleted") return store_deletion(transaction, room, event);
  if (event.kind == "chat.pinned") return store_pin(transaction, room, event);
  return store_unpin(transaction, room, event);
}

// In the order of the rooms: messages that follow each other with one statement.
Status store(pqxx::work& transaction, std::span<const room::StoredEvent> events) {
  const auto is_message = [](const room::StoredEvent& stored) { return stored.event.kind == "chat.message"; };
  while (!events.empty()) {
    const auto run = static_cast<std::size_t>(std::ranges::find_if_not(events, is_message) - events.begin());
    if (run > 0) {
      GRANDSTAND_TRY(const auto inserted, insert(transaction, events.first(run)));
      static_cast<void>(inserted);
      events = events.subspan(run);
      continue;
    }
    GRANDSTAND_TRY(const auto changed, store_change(transaction, events.front().room, events.front().event));
    static_cast<void>(changed);
    events = events.subspan(1);
  }
  return success();
}

// What a decision took away, should the daemon have died before the room said so here.
void finish_erasures(pqxx::work& transaction, const RoomId& room) {
  transaction.exec_params(
      "WITH due AS (DELETE FROM chat_erasure WHERE room = $1 RETURNING user_id, at, erased_by)"
      "UPDATE chat_message AS m SET deleted_at = due.at, deleted_by = due.erased_by FROM due"
      " WHERE m.room = $1 AND m.user_id = due.user_id AND m.at <= due.at AND m.deleted_at IS NULL",
      room.value());
}

// The messages of all rooms in the table chat_message, with what became of them.
class ChatStore final : public room::FeatureStore, public room::Outbox {
 public:
  explicit ChatStore(storage::Database& database) : database_(database) {}

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    std::function<Status(pqxx::work&)> work = [events = std::move(events), outbox = outbox_](pqxx::work& transaction) {
      if (outbox != nullptr) outbox->put(transaction, *events);
      return store(transaction, *events);
    };
    co_return co_await database_.run<std::monostate>(std::move(work));
  }

  room::Outbox* listener() override { return this; }
  void put(pqxx::work& transaction, std::span<const room::StoredEvent> events) override {
    for (const auto& [room, event] : events) {
      for (const auto& user : event.erases) {
        transaction.exec_params(
            "INSERT INTO chat_erasure AS known (room, user_id, at, erased_by) VALUES ($1, $2, " TIME_OF("$3") ", $4)"
            " ON CONFLICT (room, user_id) DO UPDATE SET at = greatest(known.at, excluded.at)",
            room.value(), user.value(), microseconds(event.server_time),
            event.user.value_or(room::User{}).id.value());
      }
    }
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    std::function<Result<std::vector<room::Event>>(pqxx::work&)> work =
        [room = std::move(room), limit](pqxx::work& transaction) -> Result<std::vector<room::Event>> {
      finish_erasures(transaction, room);
      return read_newest(transaction, room, limit);
    };
    co_return co_await database_.run<std::vector<room::Event>>(std::move(work));
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string name, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    GRANDSTAND_CO_TRY(auto work, prepare_query(std::move(room), name, parameters, asker));
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
