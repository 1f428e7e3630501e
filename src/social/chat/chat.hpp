// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/room/feature.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Talking in a room: messages of text, the last of them for who comes in, all of them in the store.
namespace grandstand::social::chat {

inline constexpr std::size_t kMaxCharacters = 500;  // code points
inline constexpr std::size_t kMaxLines = 10;
inline constexpr std::size_t kShownMessages = 50;
inline constexpr std::size_t kMaxHistoryLimit = 100;

// command chat.send
struct Send {
  std::string text;
};

// event chat.message; who, when and where are the event's
struct Message {
  std::string text;
};

struct State {
  std::deque<room::Event> shown;  // the last messages, oldest first
};

// The text as it is shown and kept: line ends as \n, without bidirectional overrides and invisible characters, trimmed.
// Errors are sentences for the sender.
Result<std::string> clean_text(std::string_view text);

Result<Message> decide(const State& state, const Send& command);
void apply(State& state, const room::Event& event);
// Messages from before everything that the state has.
void restore(State& state, std::span<const room::Event> events);

// GET .../chat/history
struct HistoryQuery {
  struct Cursor {
    std::string epoch;
    std::uint64_t offset = 0;
  };
  std::optional<Cursor> before;  // none: the newest
  std::size_t limit = kShownMessages;
};
Result<HistoryQuery> read_history_query(const room::QueryParameters& parameters);

// The codec (chat_feature.cpp).
Result<Send> decode_send(std::string_view body);
std::string encode_message(const Message& message);
Result<Message> decode_message(std::string_view body);
std::string encode_messages(const RoomId& room, std::span<const room::Event> messages, std::optional<bool> more);

// The store (chat_store.cpp).
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::chat
