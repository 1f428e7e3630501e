// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/social/message_id.hpp>
#include <grandstand/social/query_fields.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Talking in a room: messages of text that answer each other, are edited, deleted and pinned; the last of them for who
// comes in, all of them in the store.
namespace grandstand::social::chat {

inline constexpr std::size_t kMaxCharacters = 500;  // code points
inline constexpr std::size_t kMaxLines = 10;
inline constexpr std::size_t kShownMessages = 50;
inline constexpr std::size_t kKnownMessages = 1'000;      // which may be answered, edited, pinned
inline constexpr std::size_t kRestoredMessages = 200;     // of earlier lifetimes of the room
inline constexpr std::size_t kRememberedChanges = 1'000;  // as many as those who resume may get
inline constexpr std::size_t kKnownUnseen = 200;          // messages that only their senders saw
inline constexpr std::size_t kMaxMentions = 10;
inline constexpr std::size_t kMaxPins = 3;
inline constexpr std::size_t kQuoteCharacters = 100;
inline constexpr std::size_t kMaxTypingMembers = 50;  // in larger rooms nobody is told who types
inline constexpr std::size_t kMaxHistoryLimit = 100;
inline constexpr std::size_t kMaxTimelineLimit = 200;
inline constexpr std::size_t kMaxSearchedCharacters = 100;
inline constexpr std::chrono::minutes kEditTime{15};

// The beginning of a message that another one answers. Gone: the message is deleted.
struct Quote {
  MessageId id;
  UserId user;
  std::string name;
  std::string text;  // one line of at most kQuoteCharacters, then U+2026
  bool gone = false;
};

// command chat.send
struct Send {
  std::string text;
  std::optional<MessageId> reply_to;
  std::vector<UserId> mentions;
};
// command chat.edit
struct Edit {
  MessageId message;
  std::string text;
  std::vector<UserId> mentions;
};

// event chat.message; who, when and where are the event's
struct Message {
  std::string text;
  std::optional<Quote> reply_to;
  std::vector<UserId> mentions;
  bool edited = false;
  bool deleted = false;  // then the text is for moderators only
};
// event chat.edited
struct Edited {
  MessageId message;
  std::string text;
  std::vector<UserId> mentions;
};
// event chat.deleted: one message, or all that a user said before
struct Deleted {
  std::variant<MessageId, UserId> what;
};

// A message as it is now; event.body is its encoding.
struct Said {
  room::Event event;
  Message message;
};

// An event that is no message.
struct Change {
  room::Event event;
  std::optional<Said> shown;  // the message that it tells the text of, as that is now
};

struct State {
  std::deque<Said> messages;   // oldest first, without the deleted ones
  std::vector<Said> pins;      // in the order of pinning
  std::deque<Change> changes;  // the last ones
  std::deque<Said> unseen;     // by all but their senders
};

// The text as it is shown and kept: line ends as \n, without bidirectional overrides and invisible characters, trimmed.
// Errors are sentences for the sender.
Result<std::string> clean_text(std::string_view text);
std::string quote_of(std::string_view text);

Result<Message> decide(const State& state, const Send& command, const UserId& user = {});
Result<Edited> decide(const State& state, const Edit& command, const room::User& user, UtcTime now);
Status decide_delete(const State& state, const MessageId& message, const room::User& user);
// The message that is to be pinned.
Result<const Said*> decide_pin(const State& state, const MessageId& message);
Status decide_unpin(const State& state, const MessageId& message);

// Among those that all see; null: it is gone, or too old to be known.
const Said* find(const State& state, const MessageId& message);

// Whether it is one that only its sender saw.
bool is_unseen(const State& state, const MessageId& message);

void apply(State& state, const room::Event& event);
// An event that only its sender saw.
void apply_unseen(State& state, const room::Event& event);
// Events from before everything that the state has.
void restore(State& state, std::span<const room::Event> events);
// What those who resume get of the events that tell what the messages said which the change is about.
std::vector<room::Event> redact(const State& state, const RoomId& room, const Edited& change);
std::vector<room::Event> redact(const State& state, const RoomId& room, const Deleted& change);

// GET .../chat/history
struct HistoryQuery {
  std::optional<MessageId> before;  // none: the newest
  std::size_t limit = kShownMessages;
};
Result<HistoryQuery> read_history_query(const room::QueryParameters& parameters);
// GET .../chat/timeline: by media time (else by the time it was said)
struct TimelineQuery {
  Stretch stretch;
  std::optional<MessageId> after;  // the last of the page before
  std::size_t limit = kMaxTimelineLimit;
};
Result<TimelineQuery> read_timeline_query(const room::QueryParameters& parameters);
// GET .../chat/pins: of a message that was pinned in that stretch of media time; the latest ones
inline constexpr std::int64_t kMaxTimelinePins = 100;
struct PastPin {
  room::Event message;  // as it is now
  UtcTime from{};
  std::optional<UtcTime> to;  // none: it is pinned now
};
// GET .../chat/search, for moderators: at least one of text and user
struct SearchQuery {
  std::string text;  // is in the message, in upper or lower case
  std::string user;  // an id, or else a name
  std::optional<MessageId> before;
  std::size_t limit = kShownMessages;
};
Result<SearchQuery> read_search_query(const room::QueryParameters& parameters);
// GET .../chat/edits, for moderators
Result<MessageId> read_edits_query(const room::QueryParameters& parameters);

// The codec (chat_codec.cpp).
Result<Send> decode_send(std::string_view body);
Result<Edit> decode_edit(std::string_view body);
Result<MessageId> decode_message_id(std::string_view body);  // {"message"}
Result<Message> decode_message(std::string_view body);
Result<Edited> decode_edited(std::string_view body);
Result<Deleted> decode_deleted(std::string_view body);
Result<room::Event> decode_pinned(std::string_view body);
std::string encode_message(const Message& message);
std::string encode_edited(const Edited& edited);
std::string encode_deleted(const Deleted& deleted);
std::string encode_pinned(const RoomId& room, const room::Event& message);
std::string encode_message_id(const MessageId& message);
// A moderator's act for the log; null: of the message nothing else is known.
std::string encode_act(const MessageId& message, const Said* said);
// `{"messages":[...` without the closing brace.
std::string encode_messages(const RoomId& room, std::span<const room::Event> messages);
std::string encode_past_pins(const RoomId& room, std::span<const PastPin> pins);
std::string encode_snapshot(const RoomId& room, const State& state);

// The store (chat_store.cpp).
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::chat
