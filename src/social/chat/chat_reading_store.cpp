// SPDX-License-Identifier: MIT
#include "chat_reading.hpp"

#include <grandstand/storage/sql_text.hpp>
#include <grandstand/wire/json_text.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::chat {

namespace {

using storage::microseconds;
using storage::optional_time_of;
using storage::time_of;

#define CHAT_SELECT \
  "SELECT m.epoch, m.event_offset, " MICROSECONDS("m.at") ", " MICROSECONDS("m.media_time")     \
  ", m.user_id, m.user_name, m.user_role, m.key, m.body, m.mentions, m.edited_at IS NOT NULL,"  \
  " m.deleted_at IS NOT NULL, m.reply_epoch, m.reply_offset, q.user_id, q.user_name, q.body,"   \
  " q.deleted_at IS NOT NULL "
#define CHAT_FROM(messages)                                                          \
  "FROM " messages                                                                   \
  " AS m LEFT JOIN chat_message AS q ON q.room = m.room AND q.epoch = m.reply_epoch" \
  " AND q.event_offset = m.reply_offset "

// What a search looks at, counted back from its cursor: its cost is bounded.
constexpr std::int64_t kSearchedMessages = 200'000;

std::vector<UserId> split_mentions(std::string_view text) {
  std::vector<UserId> users;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    users.emplace_back(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return users;
}

room::Event read_event(const pqxx::row& row) {
  room::Event event;
  event.epoch = row[0].c_str();
  event.offset = row[1].as<std::uint64_t>();
  event.kind = "chat.message";
  event.server_time = time_of(row[2]);
  event.media_time = optional_time_of(row[3]);
  event.user = room::User{UserId(row[4].c_str()), row[5].c_str(),
                          identity::parse_role(row[6].c_str()).value_or(room::Role::kGuest)};
  event.key = row[7].c_str();
  Message message{row[8].c_str(), {}, split_mentions(row[9].c_str()), row[10].as<bool>(), row[11].as<bool>()};
  if (!row[12].is_null()) {
    Quote quote{{row[12].c_str(), row[13].as<std::uint64_t>()}, {}, {}, {}, true};
    if (!row[14].is_null()) {
      quote.user = UserId(row[14].c_str());
      quote.name = row[15].c_str();
      quote.gone = row[17].as<bool>();
      if (!quote.gone) quote.text = quote_of(row[16].c_str());
    }
    message.reply_to = std::move(quote);
  }
  event.body = encode_message(message);
  return event;
}

std::vector<room::Event> read_events(const pqxx::result& rows) {
  std::vector<room::Event> events;
  for (const auto& row : rows) events.push_back(read_event(row));
  return events;
}

std::string finish_page(const RoomId& room, std::span<const room::Event> events, bool more) {
  return encode_messages(room, events) + (more ? ",\"more\":true}" : ",\"more\":false}");
}

// The id of the first message at or after the cursor in its epoch, or the one after that epoch's last.
Result<std::int64_t> find_cursor(pqxx::work& transaction, const RoomId& room, const std::optional<MessageId>& before) {
  if (!before) return std::numeric_limits<std::int64_t>::max();
  const auto rows = transaction.exec_params(
      "SELECT coalesce("
      " (SELECT id FROM chat_message WHERE room = $1 AND epoch = $2 AND event_offset >= $3"
      "  ORDER BY event_offset LIMIT 1),"
      " (SELECT id + 1 FROM chat_message WHERE room = $1 AND epoch = $2 ORDER BY event_offset DESC LIMIT 1))",
      room.value(), before->epoch, before->offset);
  if (rows[0][0].is_null()) {
    return Error{ErrorCode::kNotFound, "before: no message is known of epoch \"" + before->epoch + "\""};
  }
  return rows[0][0].as<std::int64_t>();
}

// Rows come newest first, one more than asked for, and go out oldest first.
std::string page_back(const RoomId& room, const pqxx::result& rows, std::size_t limit) {
  auto events = read_events(rows);
  const bool more = events.size() > limit;
  if (more) events.pop_back();
  std::ranges::reverse(events);
  return finish_page(room, events, more);
}

Result<std::string> read_history(pqxx::work& transaction, const RoomId& room, const HistoryQuery& query) {
  GRANDSTAND_TRY(const auto before, find_cursor(transaction, room, query.before));
  const auto rows = transaction.exec_params(
      CHAT_SELECT CHAT_FROM(
          "chat_message") "WHERE m.room = $1 AND m.id < $2 AND m.deleted_at IS NULL ORDER BY m.id DESC LIMIT $3",
      room.value(), before, query.limit + 1);
  return page_back(room, rows, query.limit);
}

Result<std::string> read_timeline(pqxx::work& transaction, const RoomId& room, const TimelineQuery& query) {
  auto from = microseconds(query.stretch.from);
  std::int64_t after = 0;
  if (query.after) {
    const auto rows = transaction.exec_params(
        "SELECT id, " MICROSECONDS("coalesce(media_time, at)") " FROM chat_message"
        " WHERE room = $1 AND epoch = $2 AND event_offset = $3",
        room.value(), query.after->epoch, query.after->offset);
    if (rows.empty()) return Error{ErrorCode::kNotFound, "after: there is no message " + to_string(*query.after)};
    after = rows[0][0].as<std::int64_t>();
    from = std::max(from, rows[0][1].as<std::int64_t>());
  }
  const auto rows = transaction.exec_params(
      CHAT_SELECT CHAT_FROM("chat_message")
      "WHERE m.room = $1 AND m.deleted_at IS NULL AND (coalesce(m.media_time, m.at), m.id) >"
      " (" TIME_OF("$2") ", $3)"
      " AND coalesce(m.media_time, m.at) < " TIME_OF("$4")
      " ORDER BY coalesce(m.media_time, m.at), m.id LIMIT $5",
      room.value(), from, after, microseconds(query.stretch.to), query.limit + 1);
  auto events = read_events(rows);
  const bool more = events.size() > query.limit;
  if (more) events.pop_back();
  return finish_page(room, events, more);
}

Result<std::string> read_pins(pqxx::work& transaction, const RoomId& room, const Stretch& stretch) {
  const auto rows = transaction.exec_params(
      CHAT_SELECT ", " MICROSECONDS("p.begun") ", " MICROSECONDS("p.ended") " " CHAT_FROM("chat_message")
      "JOIN (SELECT *, coalesce(media_time, at) AS begun, coalesce(unpinned_media_time, unpinned_at) AS ended"
      "  FROM chat_pin WHERE room = $1) AS p ON p.message_epoch = m.epoch AND p.message_offset = m.event_offset"
      " WHERE m.room = $1 AND m.deleted_at IS NULL AND p.begun < " TIME_OF("$2")
      " AND (p.unpinned_at IS NULL OR p.ended > " TIME_OF("$3") ") ORDER BY p.begun DESC LIMIT $4",
      room.value(), microseconds(stretch.to), microseconds(stretch.from), kMaxTimelinePins);
  std::vector<PastPin> pins;
  for (const auto& row : rows) pins.push_back({read_event(row), time_of(row[18]), optional_time_of(row[19])});
  std::ranges::reverse(pins);
  return encode_past_pins(room, pins);
}

std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

Result<std::string> search(pqxx::work& transaction, const RoomId& room, const SearchQuery& query) {
  GRANDSTAND_TRY(const auto before, find_cursor(transaction, room, query.before));
  const auto rows = transaction.exec_params(
      CHAT_SELECT CHAT_FROM("(SELECT * FROM chat_message WHERE room = $1 AND id < $2 ORDER BY id DESC LIMIT $3)")
      "WHERE m.body ILIKE $4 AND ($5 = '' OR m.user_id = $5 OR lower(m.user_name) = lower($5))"
      " ORDER BY m.id DESC LIMIT $6",
      room.value(), before, kSearchedMessages, like_pattern(query.text), query.user, query.limit + 1);
  return page_back(room, rows, query.limit);
}

// The edits of one message, oldest first, and what it says now.
Result<std::string> read_versions(pqxx::work& transaction, const RoomId& room, const MessageId& message) {
  const auto rows = transaction.exec_params(
      "SELECT body, at FROM ("
      " SELECT body, " MICROSECONDS("at") " AS at FROM chat_edit"
      "  WHERE room = $1 AND message_epoch = $2 AND message_offset = $3"
      " UNION ALL SELECT body, NULL FROM chat_message WHERE room = $1 AND epoch = $2 AND event_offset = $3) AS version"
      " ORDER BY at NULLS LAST",
      room.value(), message.epoch, message.offset);
  if (rows.empty()) return Error{ErrorCode::kNotFound, "message: there is no message " + to_string(message)};
  std::string out = "{\"versions\":[";
  for (const auto& row : rows) {
    if (out.back() == '}') out += ',';
    out += "{\"text\":";
    wire::append_json_string(out, row[0].c_str());
    out += ",\"until\":";
    row[1].is_null() ? void(out += "null") : wire::append_json_number(out, row[1].as<std::int64_t>() / 1'000);
    out += '}';
  }
  return out + "]}";
}

Status check_moderator(const std::optional<room::User>& asker) {
  if (!asker) return Error{ErrorCode::kUnauthenticated, "Only moderators may ask this: sign in first."};
  if (asker->role < room::Role::kModerator) return Error{ErrorCode::kForbidden, "Only moderators may ask this."};
  return success();
}

template <class Query>
QueryWork make_work(RoomId room, Query query, Result<std::string> (*read)(pqxx::work&, const RoomId&, const Query&)) {
  return [room = std::move(room), query = std::move(query), read](pqxx::work& transaction) {
    return read(transaction, room, query);
  };
}

}  // namespace

std::vector<room::Event> read_newest(pqxx::work& transaction, const RoomId& room, std::size_t limit) {
  auto events = read_events(transaction.exec_params(
      CHAT_SELECT CHAT_FROM("chat_message") "WHERE m.room = $1 AND m.deleted_at IS NULL ORDER BY m.id DESC LIMIT $2",
      room.value(), limit));
  std::ranges::reverse(events);
  const auto pins = transaction.exec_params(
      CHAT_SELECT ", p.epoch, p.event_offset, " MICROSECONDS("p.at") " " CHAT_FROM("chat_message")
      "JOIN chat_pin AS p ON p.room = m.room AND p.message_epoch = m.epoch AND p.message_offset = m.event_offset"
      " WHERE m.room = $1 AND m.deleted_at IS NULL AND p.unpinned_at IS NULL ORDER BY p.at",
      room.value());
  for (const auto& row : pins) {
    room::Event event;
    event.kind = "chat.pinned";
    event.epoch = row[18].c_str();
    event.offset = row[19].as<std::uint64_t>();
    event.server_time = time_of(row[20]);
    event.body = encode_pinned(room, read_event(row));
    events.push_back(std::move(event));
  }
  return events;
}

Result<QueryWork> prepare_query(RoomId room, std::string_view name, const room::QueryParameters& parameters,
                                const std::optional<room::User>& asker) {
  if (name == "history") {
    GRANDSTAND_TRY(auto query, read_history_query(parameters));
    return make_work(std::move(room), std::move(query), read_history);
  }
  if (name == "timeline") {
    GRANDSTAND_TRY(auto query, read_timeline_query(parameters));
    return make_work(std::move(room), std::move(query), read_timeline);
  }
  if (name == "pins") {
    GRANDSTAND_TRY(auto stretch, read_stretch(parameters));
    return make_work(std::move(room), stretch, read_pins);
  }
  GRANDSTAND_TRY(const auto allowed, check_moderator(asker));
  static_cast<void>(allowed);
  if (name == "search") {
    GRANDSTAND_TRY(auto query, read_search_query(parameters));
    return make_work(std::move(room), std::move(query), search);
  }
  GRANDSTAND_TRY(auto message, read_edits_query(parameters));
  return make_work(std::move(room), std::move(message), read_versions);
}

}  // namespace grandstand::social::chat
