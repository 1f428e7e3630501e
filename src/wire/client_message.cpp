// SPDX-License-Identifier: MIT
#include <grandstand/base/text.hpp>
#include <grandstand/wire/client_message.hpp>
#include <grandstand/wire/json_text.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::wire {

namespace {

using nlohmann::json;

constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;  // what every JSON reader keeps exactly
constexpr std::size_t kMaxNameLength = 64;

Error wrong(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Before the parser builds anything of it.
Status check_shape(std::string_view text) {
  int depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) {
        return wrong("the message is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
      }
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ',' && ++values > kMaxJsonValues) {
      return wrong("the message has more than " + std::to_string(kMaxJsonValues) + " values");
    }
  }
  return success();
}

Result<std::string> read_text(const json& object, const char* key, std::size_t longest) {
  const auto found = object.find(key);
  if (found == object.end()) return wrong(std::string("\"") + key + "\" is missing; a string was expected");
  if (!found->is_string()) return wrong(std::string("\"") + key + "\" is not a string");
  const auto& text = found->get_ref<const std::string&>();
  if (text.empty()) return wrong(std::string("\"") + key + "\" is empty");
  if (text.size() > longest) {
    return wrong(std::string("\"") + key + "\" is longer than " + std::to_string(longest) + " bytes");
  }
  return text;
}

Result<std::int64_t> read_integer(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return wrong(std::string("\"") + key + "\" is missing; an integer was expected");
  const auto range =
      Error{ErrorCode::kInvalidArgument, std::string("\"") + key + "\" is not an integer from 0 to 9007199254740992"};
  if (found->is_number_unsigned()) {
    const auto value = found->get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(kMaxInteger)) return range;
    return static_cast<std::int64_t>(value);
  }
  return range;
}

Result<RoomId> read_room(const json& object) {
  GRANDSTAND_TRY(auto text, read_text(object, "room", 128));
  return RoomId(std::move(text));
}

Result<ClientMessage> read_hello(const json& object, std::int64_t id) {
  Hello hello{id, {}, {}};
  if (object.contains("token") && !object["token"].is_null()) {
    GRANDSTAND_TRY(hello.token, read_text(object, "token", 256));
  }
  if (const auto guest = object.find("guest"); guest != object.end() && !guest->is_null()) {
    if (!guest->is_object()) return wrong("\"guest\" is not an object with \"name\" and \"token\"");
    GRANDSTAND_TRY(auto name, read_text(*guest, "name", 512));
    GRANDSTAND_TRY(auto token, read_text(*guest, "token", 128));
    hello.guest = GuestClaim{std::move(name), std::move(token)};
  }
  if (hello.guest && !hello.token.empty()) return wrong("hello has both \"guest\" and \"token\"; one was expected");
  return ClientMessage(std::move(hello));
}

Result<ClientMessage> read_join(const json& object, std::int64_t id) {
  GRANDSTAND_TRY(auto room, read_room(object));
  Join join{id, std::move(room), {}, {}};
  if (object.contains("ticket")) {
    GRANDSTAND_TRY(join.ticket, read_text(object, "ticket", kMaxTicketLength));
  }
  if (const auto since = object.find("since"); since != object.end() && !since->is_null()) {
    if (!since->is_object()) return wrong("\"since\" is not an object with \"epoch\" and \"offset\"");
    GRANDSTAND_TRY(auto epoch, read_text(*since, "epoch", kMaxNameLength));
    GRANDSTAND_TRY(auto offset, read_integer(*since, "offset"));
    join.since = Position{std::move(epoch), static_cast<std::uint64_t>(offset)};
  }
  return ClientMessage(std::move(join));
}

Result<std::optional<UtcTime>> read_media_time(const json& object) {
  const auto found = object.find("media_time");
  if (found == object.end() || found->is_null()) return std::optional<UtcTime>{};
  if (!found->is_number()) return wrong("\"media_time\" is not a number of milliseconds since 1970");
  // Players compute it in floating point, so a fraction is normal.
  const double value = found->get<double>();
  if (!(value >= 0 && value <= 253402300799999.0)) {
    return wrong("\"media_time\" is not a time between 1970 and 9999 in milliseconds");
  }
  return std::optional(from_unix_ms(static_cast<std::int64_t>(std::floor(value))));
}

Result<std::string> read_body(const json& object) {
  const auto body = object.find("body");
  if (body == object.end() || body->is_null()) return std::string("{}");
  if (!body->is_object()) return wrong("\"body\" is not an object");
  return body->dump();
}

Result<ClientMessage> read_command(const json& object, std::int64_t id) {
  CommandMessage command;
  command.id = id;
  GRANDSTAND_TRY(command.room, read_room(object));
  GRANDSTAND_TRY(command.name, read_text(object, "name", kMaxNameLength));
  GRANDSTAND_TRY(command.key, read_text(object, "key", kMaxKeyLength));
  if (!std::ranges::all_of(command.key, [](char c) { return c > ' ' && c <= '~'; })) {
    return wrong("\"key\" has characters other than printable ASCII without spaces");
  }
  GRANDSTAND_TRY(command.media_time, read_media_time(object));
  GRANDSTAND_TRY(command.body, read_body(object));
  return ClientMessage(std::move(command));
}

Result<ClientMessage> read_found(const json& object, std::int64_t id) {
  Found found;
  found.id = id;
  GRANDSTAND_TRY(found.kind, read_text(object, "kind", kMaxNameLength));
  GRANDSTAND_TRY(found.body, read_body(object));
  return ClientMessage(std::move(found));
}

Result<ClientMessage> read_ping(const json& object) {
  const auto found = object.find("client_time");
  if (found == object.end() || !found->is_number()) return wrong("\"client_time\" of ping is not a number");
  return ClientMessage(Ping{found->get<double>()});
}

DecodedMessage read_message(const json& object) {
  auto type = read_text(object, "type", kMaxNameLength);
  if (type.ok() && *type == "ping") return {{}, read_ping(object)};
  auto id = read_integer(object, "id");
  if (!id.ok()) return {{}, id.error()};
  if (!type.ok()) return {*id, type.error()};
  if (*type == "hello") return {*id, read_hello(object, *id)};
  if (*type == "join") return {*id, read_join(object, *id)};
  if (*type == "leave") {
    auto room = read_room(object);
    if (!room.ok()) return {*id, room.error()};
    return {*id, ClientMessage(Leave{*id, *room})};
  }
  if (*type == "command") return {*id, read_command(object, *id)};
  if (*type == "found") return {*id, read_found(object, *id)};
  return {*id, wrong("\"type\" is \"" + *type + "\"; hello, join, leave, command, found or ping was expected")};
}

void append_key(std::string& out, std::string_view key) {
  if (out.size() > 1) out += ',';
  append_json_string(out, key);
  out += ':';
}

void append_text(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  append_json_string(out, text);
}

void append_integer(std::string& out, std::string_view key, std::int64_t number) {
  append_key(out, key);
  append_json_number(out, number);
}

std::string begin_request(std::int64_t id, std::string_view type) {
  std::string out = "{";
  append_integer(out, "id", id);
  append_text(out, "type", type);
  return out;
}

std::string encode(const Hello& hello) {
  auto out = begin_request(hello.id, "hello");
  if (!hello.token.empty()) append_text(out, "token", hello.token);
  if (hello.guest) {
    out += ",\"guest\":{\"name\":";
    append_json_string(out, hello.guest->name);
    append_text(out, "token", hello.guest->token);
    out += '}';
  }
  return out;
}

std::string encode(const Join& join) {
  auto out = begin_request(join.id, "join");
  append_text(out, "room", join.room.value());
  if (!join.ticket.empty()) append_text(out, "ticket", join.ticket);
  if (join.since) {
    out += ",\"since\":{\"epoch\":";
    append_json_string(out, join.since->epoch);
    append_integer(out, "offset", static_cast<std::int64_t>(join.since->offset));
    out += '}';
  }
  return out;
}

std::string encode(const Leave& leave) {
  auto out = begin_request(leave.id, "leave");
  append_text(out, "room", leave.room.value());
  return out;
}

std::string encode(const CommandMessage& command) {
  auto out = begin_request(command.id, "command");
  append_text(out, "room", command.room.value());
  append_text(out, "name", command.name);
  append_text(out, "key", command.key);
  if (command.media_time) append_integer(out, "media_time", to_unix_ms(*command.media_time));
  append_key(out, "body");
  out += command.body;
  return out;
}

std::string encode(const Found& found) {
  auto out = begin_request(found.id, "found");
  append_text(out, "kind", found.kind);
  append_key(out, "body");
  out += found.body;
  return out;
}

std::string encode(const Ping& ping) {
  std::string out = "{\"type\":\"ping\",\"client_time\":";
  append_json_number(out, ping.client_time);
  return out;
}

}  // namespace

DecodedMessage decode_client_message(std::string_view text) {
  if (text.size() > kMaxMessageBytes) {
    return {{},
            Error{ErrorCode::kTooLarge, "the message is larger than " + std::to_string(kMaxMessageBytes) + " bytes"}};
  }
  if (auto shape = check_shape(text); !shape.ok()) return {{}, shape.error()};
  // The parser's own message quotes input that may be long or secret; the place is enough.
  try {
    const auto object = json::parse(text);
    if (!object.is_object()) return {{}, wrong("the message is not a JSON object")};
    return read_message(object);
  } catch (const json::parse_error& e) {
    return {{}, wrong("the message is not valid JSON: error at byte " + std::to_string(e.byte))};
  } catch (const json::exception&) {
    return {{}, wrong("the message is not valid JSON: a number or a string is out of range")};
  }
}

std::string encode_client_message(const ClientMessage& message) {
  auto out = std::visit([](const auto& alternative) { return encode(alternative); }, message);
  out += '}';
  return out;
}

}  // namespace grandstand::wire
