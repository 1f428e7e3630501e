// SPDX-License-Identifier: MIT
#include "chat.hpp"
#include "chat_sql.hpp"

#include <grandstand/wire/json_text.hpp>
#include <grandstand/wire/server_message.hpp>

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::chat {

namespace {

Result<std::string> read_text(std::string_view body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) return Error{ErrorCode::kInvalidArgument, "\"body\" of chat.send must be an object."};
  const auto text = object.find("text");
  if (text == object.end() || !text->is_string()) {
    return Error{ErrorCode::kInvalidArgument, "\"text\" of chat.send must be a string."};
  }
  return text->get<std::string>();
}

class ChatFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    GRANDSTAND_TRY(auto send, decode_send(command.body));
    GRANDSTAND_TRY(auto message, decide(state_, send));
    return room::Outcome{{{"message", encode_message(message), command.media_time, command.user}}};
  }
  void apply(const room::Event& event) override { chat::apply(state_, event); }
  void restore(std::span<const room::Event> events) override { chat::restore(state_, events); }
  std::string snapshot(const room::Facts& facts) const override {
    const std::vector<room::Event> shown(state_.shown.begin(), state_.shown.end());
    return encode_messages(facts.room, shown, std::nullopt);
  }

 private:
  State state_;
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<ChatFeature>();
}

// A message of 500 characters may take 12 bytes for each ("\ud83d\ude00").
constexpr std::array kCommands{
    room::CommandSpec{"send", room::Role::kGuest, {.burst = 5, .per_second = 0.5}, 12 * kMaxCharacters + 64, true},
};
constexpr std::array kEvents{room::EventSpec{"message", room::Durability::kStored}};
constexpr std::array kQueries{room::QuerySpec{"history"}};
constexpr std::array kMigrations{storage::Migration{"chat", 1, kChatSql}};

}  // namespace

Result<Send> decode_send(std::string_view body) {
  GRANDSTAND_TRY(auto text, read_text(body));
  return Send{std::move(text)};
}

std::string encode_message(const Message& message) {
  std::string body = "{\"text\":";
  wire::append_json_string(body, message.text);
  body += '}';
  return body;
}

Result<Message> decode_message(std::string_view body) {
  GRANDSTAND_TRY(auto text, read_text(body));
  return Message{std::move(text)};
}

std::string encode_messages(const RoomId& room, std::span<const room::Event> messages, std::optional<bool> more) {
  std::string out = "{\"messages\":[";
  for (const auto& event : messages) {
    if (out.back() == '}') out += ',';
    wire::EventView view{room.value(),      event.epoch,      event.offset, event.kind,
                         event.server_time, event.media_time, {},           event.body};
    if (event.user) view.user = wire::UserView{event.user->id.value(), event.user->name, to_string(event.user->role)};
    wire::append_event(out, view);
  }
  out += ']';
  if (more) out += *more ? ",\"more\":true" : ",\"more\":false";
  out += '}';
  return out;
}

constinit const room::FeatureSpec kSpec{
    .name = "chat",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = kShownMessages,
    .make = make,
    .make_store = make_store,
};

}  // namespace grandstand::social::chat
