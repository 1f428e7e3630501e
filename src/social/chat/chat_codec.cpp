// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <grandstand/room/event_text.hpp>
#include <grandstand/social/json_fields.hpp>
#include <grandstand/wire/json_text.hpp>

#include <string>
#include <utility>

namespace grandstand::social::chat {

namespace {

// Empty when it is not there.
Result<std::string> read_optional(const Json& object, const char* name) {
  GRANDSTAND_TRY(auto text, optional_text(object, name));
  return std::move(text).value_or("");
}

Result<MessageId> read_id(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_string()) {
    if (auto id = parse_message_id(found->get_ref<const std::string&>())) return *std::move(id);
  }
  return expected(name, "the <epoch>:<offset> of a message");
}

Result<std::vector<UserId>> read_mentions(const Json& object) {
  std::vector<UserId> mentions;
  const auto found = object.find("mentions");
  if (found == object.end() || found->is_null()) return mentions;
  if (!found->is_array()) return expected("mentions", "a list of user ids");
  for (const auto& user : *found) {
    if (!user.is_string()) return expected("mentions", "a list of user ids");
    mentions.emplace_back(user.get<std::string>());
  }
  return mentions;
}

void append_string_field(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
  wire::append_json_string(out, text);
}

void append_mentions(std::string& out, const std::vector<UserId>& mentions) {
  if (mentions.empty()) return;
  out += ",\"mentions\":[";
  for (const auto& user : mentions) {
    if (out.back() != '[') out += ',';
    wire::append_json_string(out, user.value());
  }
  out += ']';
}

void append_quote(std::string& out, const Quote& quote) {
  out += ",\"reply_to\":{";
  append_string_field(out, "message", to_string(quote.id));
  append_string_field(out, "user", quote.user.value());
  append_string_field(out, "name", quote.name);
  append_string_field(out, "text", quote.text);
  out += quote.gone ? ",\"deleted\":true}" : "}";
}

Result<Quote> read_quote(const Json& object) {
  if (!object.is_object()) return expected("reply_to", "an object");
  Quote quote;
  GRANDSTAND_TRY(quote.id, read_id(object, "message"));
  GRANDSTAND_TRY(auto user, read_optional(object, "user"));
  quote.user = UserId(std::move(user));
  GRANDSTAND_TRY(quote.name, read_optional(object, "name"));
  GRANDSTAND_TRY(quote.text, text_of(object, "text"));
  quote.gone = object.value("deleted", Json()) == Json(true);
  return quote;
}

// The other way of append_event; the key is not on the wire.
Result<room::Event> read_event(const Json& object) {
  if (!object.is_object()) return invalid("an event must be an object.");
  room::Event event;
  GRANDSTAND_TRY(event.epoch, read_optional(object, "epoch"));
  GRANDSTAND_TRY(event.kind, read_optional(object, "kind"));
  if (const auto offset = object.find("offset"); offset != object.end() && offset->is_number_unsigned()) {
    event.offset = offset->get<std::uint64_t>();
  }
  event.server_time = time_or_none(object, "server_time").value_or(UtcTime{});
  event.media_time = time_or_none(object, "media_time");
  if (const auto user = object.find("user"); user != object.end() && user->is_object()) {
    GRANDSTAND_TRY(auto id, read_optional(*user, "id"));
    GRANDSTAND_TRY(auto name, read_optional(*user, "name"));
    GRANDSTAND_TRY(const auto role, read_optional(*user, "role"));
    event.user =
        room::User{UserId(std::move(id)), std::move(name), identity::parse_role(role).value_or(room::Role::kGuest)};
  }
  if (const auto body = object.find("body"); body != object.end()) event.body = body->dump();
  return event;
}

}  // namespace

Result<Send> decode_send(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Send send;
  GRANDSTAND_TRY(send.text, text_of(object, "text"));
  GRANDSTAND_TRY(send.mentions, read_mentions(object));
  if (const auto answered = object.find("reply_to"); answered != object.end() && !answered->is_null()) {
    GRANDSTAND_TRY(send.reply_to, read_id(object, "reply_to"));
  }
  return send;
}

Result<Edit> decode_edit(std::string_view body) {
  GRANDSTAND_TRY(auto edited, decode_edited(body));
  return Edit{std::move(edited.message), std::move(edited.text), std::move(edited.mentions)};
}

Result<MessageId> decode_message_id(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return read_id(object, "message");
}

Result<Message> decode_message(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Message message;
  GRANDSTAND_TRY(message.text, text_of(object, "text"));
  GRANDSTAND_TRY(message.mentions, read_mentions(object));
  if (const auto quote = object.find("reply_to"); quote != object.end()) {
    GRANDSTAND_TRY(message.reply_to, read_quote(*quote));
  }
  message.edited = object.value("edited", Json()) == Json(true);
  message.deleted = object.value("deleted", Json()) == Json(true);
  return message;
}

Result<Edited> decode_edited(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Edited edited;
  GRANDSTAND_TRY(edited.message, read_id(object, "message"));
  GRANDSTAND_TRY(edited.text, text_of(object, "text"));
  GRANDSTAND_TRY(edited.mentions, read_mentions(object));
  return edited;
}

Result<Deleted> decode_deleted(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(auto user, read_optional(object, "user"));
  if (!user.empty()) return Deleted{UserId(std::move(user))};
  GRANDSTAND_TRY(auto id, read_id(object, "message"));
  return Deleted{std::move(id)};
}

Result<room::Event> decode_pinned(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  const auto pinned = object.find("pinned");
  if (pinned == object.end()) return invalid("\"pinned\" must be a message.");
  return read_event(*pinned);
}

std::string encode_message(const Message& message) {
  std::string body = "{";
  append_string_field(body, "text", message.text);
  if (message.reply_to) append_quote(body, *message.reply_to);
  append_mentions(body, message.mentions);
  if (message.edited) body += ",\"edited\":true";
  if (message.deleted) body += ",\"deleted\":true";
  body += '}';
  return body;
}

std::string encode_edited(const Edited& edited) {
  std::string body = "{";
  append_string_field(body, "message", to_string(edited.message));
  append_string_field(body, "text", edited.text);
  append_mentions(body, edited.mentions);
  body += '}';
  return body;
}

std::string encode_deleted(const Deleted& deleted) {
  if (const auto* message = std::get_if<MessageId>(&deleted.what)) return encode_message_id(*message);
  std::string body = "{";
  append_string_field(body, "user", std::get<UserId>(deleted.what).value());
  body += '}';
  return body;
}

std::string encode_pinned(const RoomId& room, const room::Event& message) {
  std::string body = "{\"pinned\":";
  room::append_event(body, room, message);
  body += '}';
  return body;
}

std::string encode_message_id(const MessageId& message) {
  std::string body = "{";
  append_string_field(body, "message", to_string(message));
  body += '}';
  return body;
}

std::string encode_act(const MessageId& message, const Said* said) {
  std::string body = "{";
  append_string_field(body, "scope", "message");
  append_string_field(body, "subject", to_string(message));
  if (said != nullptr) {
    const auto author = said->event.user.value_or(room::User{});
    append_string_field(body, "user", author.id.value());
    append_string_field(body, "name", author.name);
    append_string_field(body, "text", said->message.text);
  }
  body += '}';
  return body;
}

std::string encode_messages(const RoomId& room, std::span<const room::Event> messages) {
  std::string out = "{\"messages\":[";
  for (const auto& event : messages) {
    if (out.back() == '}') out += ',';
    room::append_event(out, room, event);
  }
  out += ']';
  return out;
}

std::string encode_past_pins(const RoomId& room, std::span<const PastPin> pins) {
  std::string out = "{\"pins\":[";
  for (const auto& pin : pins) {
    if (out.back() == '}') out += ',';
    out += "{\"from\":";
    wire::append_json_number(out, to_unix_ms(pin.from));
    out += ",\"to\":";
    pin.to ? wire::append_json_number(out, to_unix_ms(*pin.to)) : void(out += "null");
    out += ",\"message\":";
    room::append_event(out, room, pin.message);
    out += '}';
  }
  return out + "]}";
}

std::string encode_snapshot(const RoomId& room, const State& state) {
  const auto first = state.messages.size() > kShownMessages ? state.messages.size() - kShownMessages : 0;
  std::vector<room::Event> shown;
  for (auto i = first; i < state.messages.size(); ++i) shown.push_back(state.messages[i].event);
  auto out = encode_messages(room, shown);
  out += ",\"pins\":[";
  for (const auto& pin : state.pins) {
    if (out.back() == '}') out += ',';
    room::append_event(out, room, pin.event);
  }
  out += "]}";
  return out;
}

}  // namespace grandstand::social::chat
