// SPDX-License-Identifier: MIT
#include "chat.hpp"
#include "chat_2_sql.hpp"
#include "chat_3_sql.hpp"
#include "chat_4_sql.hpp"
#include "chat_5_sql.hpp"
#include "chat_sql.hpp"

#include <array>
#include <utility>

namespace grandstand::social::chat {

namespace {

using room::Command;
using room::Facts;
using room::Outcome;

class ChatFeature final : public room::Feature {
 public:
  Result<Outcome> on_command(const Facts& facts, const Command& command) override {
    if (command.name == "send") return send(command);
    if (command.name == "edit") return edit(facts, command);
    if (command.name == "typing") return typing(facts, command);
    GRANDSTAND_TRY(const auto message, decode_message_id(command.body));
    if (command.name == "delete") return remove(facts, message, command);
    if (command.name == "pin") return pin(facts, message, command);
    return unpin(message, command);
  }
  void apply(const room::Event& event) override { chat::apply(state_, event); }
  void apply_unseen(const room::Event& event) override { chat::apply_unseen(state_, event); }
  void restore(std::span<const room::Event> events) override { chat::restore(state_, events); }
  std::string snapshot(const Facts& facts) const override { return encode_snapshot(facts.room, state_); }

  Outcome erase(const Facts& facts, const UserId& user) override {
    const Deleted deleted{user};
    Outcome outcome{{{"deleted", encode_deleted(deleted), std::nullopt, std::nullopt}}};
    outcome.redacted = redact(state_, facts.room, deleted);
    return outcome;
  }

 private:
  Result<Outcome> send(const Command& command) const {
    GRANDSTAND_TRY(const auto send, decode_send(command.body));
    GRANDSTAND_TRY(const auto message, decide(state_, send, command.user.id));
    Outcome outcome{{{"message", encode_message(message), command.media_time, command.user}}};
    outcome.unseen = send.reply_to && is_unseen(state_, *send.reply_to);
    return outcome;
  }
  Result<Outcome> edit(const Facts& facts, const Command& command) const {
    GRANDSTAND_TRY(const auto edit, decode_edit(command.body));
    GRANDSTAND_TRY(const auto edited, decide(state_, edit, command.user, facts.utc));
    Outcome outcome{{{"edited", encode_edited(edited), command.media_time, command.user}}};
    outcome.unseen = is_unseen(state_, edited.message);
    outcome.redacted = redact(state_, facts.room, edited);
    return outcome;
  }
  Result<Outcome> remove(const Facts& facts, const MessageId& message, const Command& command) const {
    GRANDSTAND_TRY(const auto allowed, decide_delete(state_, message, command.user));
    static_cast<void>(allowed);
    const Deleted deleted{message};
    Outcome outcome{{{"deleted", encode_deleted(deleted), std::nullopt, command.user}}};
    outcome.unseen = is_unseen(state_, message);
    const auto* const said = find(state_, message);
    const bool own = said != nullptr && said->event.user && said->event.user->id == command.user.id;
    if (!own) outcome.announcements[0].logged = encode_act(message, said);
    outcome.redacted = redact(state_, facts.room, deleted);
    return outcome;
  }
  Result<Outcome> pin(const Facts& facts, const MessageId& message, const Command& command) const {
    GRANDSTAND_TRY(const auto* said, decide_pin(state_, message));
    Outcome outcome{{{"pinned", encode_pinned(facts.room, said->event), command.media_time, command.user}}};
    outcome.announcements[0].logged = encode_act(message, said);
    return outcome;
  }
  Result<Outcome> unpin(const MessageId& message, const Command& command) const {
    GRANDSTAND_TRY(const auto allowed, decide_unpin(state_, message));
    static_cast<void>(allowed);
    Outcome outcome{{{"unpinned", encode_message_id(message), command.media_time, command.user}}};
    outcome.announcements[0].logged = encode_act(message, find(state_, message));
    return outcome;
  }
  static Result<Outcome> typing(const Facts& facts, const Command& command) {
    if (facts.members > kMaxTypingMembers) return Outcome{};
    return Outcome{{{"typing", "{}", std::nullopt, command.user}}};
  }

  State state_;
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<ChatFeature>();
}

// A message of 500 characters may take 12 bytes for each ("\ud83d\ude00"), a mention 76.
constexpr std::size_t kMaxSent = 12 * kMaxCharacters + 80 * kMaxMentions + 256;
Result<std::string> spoken_by_send(std::string_view body) {
  GRANDSTAND_TRY(const auto command, decode_send(body));
  return clean_text(command.text);
}
Result<std::string> spoken_by_edit(std::string_view body) {
  GRANDSTAND_TRY(const auto command, decode_edit(body));
  return clean_text(command.text);
}

constexpr std::array kCommands{
    room::CommandSpec{"send", room::Role::kGuest, {.burst = 5, .per_second = 0.5}, kMaxSent, true, spoken_by_send},
    room::CommandSpec{
        "edit", room::Role::kGuest, {.burst = 5, .per_second = 0.5}, kMaxSent, true, spoken_by_edit, true},
    room::CommandSpec{"pin", room::Role::kModerator, {.burst = 5, .per_second = 0.5}, 256},
    room::CommandSpec{"unpin", room::Role::kModerator, {.burst = 5, .per_second = 0.5}, 256},
    room::CommandSpec{"delete", room::Role::kGuest, {.burst = 10, .per_second = 1}, 256},
    room::CommandSpec{"typing", room::Role::kGuest, {.burst = 3, .per_second = 0.5}, 64, true},
};
constexpr std::array kEvents{
    room::EventSpec{"message", room::Durability::kStored},  room::EventSpec{"edited", room::Durability::kStored},
    room::EventSpec{"deleted", room::Durability::kStored},  room::EventSpec{"pinned", room::Durability::kStored},
    room::EventSpec{"unpinned", room::Durability::kStored}, room::EventSpec{"typing", room::Durability::kConflatable},
};
constexpr std::array kQueries{room::QuerySpec{"history"}, room::QuerySpec{"timeline"}, room::QuerySpec{"pins"},
                              room::QuerySpec{"search"}, room::QuerySpec{"edits"}};
constexpr std::array kMigrations{storage::Migration{"chat", 1, kChatSql}, storage::Migration{"chat", 2, kChat2Sql},
                                 storage::Migration{"chat", 3, kChat3Sql}, storage::Migration{"chat", 4, kChat4Sql},
                                 storage::Migration{"chat", 5, kChat5Sql}};

}  // namespace

constinit const room::FeatureSpec kSpec{
    .name = "chat",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = kRestoredMessages,
    .make = make,
    .make_store = make_store,
};

}  // namespace grandstand::social::chat
