// SPDX-License-Identifier: MIT
#include <grandstand/wire/error_codes.hpp>
#include <grandstand/wire/json_text.hpp>
#include <grandstand/wire/server_message.hpp>

namespace grandstand::wire {

namespace {

void append_member(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  append_json_string(out, text);
}

void append_member(std::string& out, std::string_view key, std::int64_t number) {
  out += ",\"";
  out += key;
  out += "\":";
  append_json_number(out, number);
}

void append_user(std::string& out, const UserView& user) {
  out += "{\"id\":";
  append_json_string(out, user.id);
  append_member(out, "name", user.name);
  append_member(out, "role", user.role);
  out += '}';
}

std::string begin_reply(std::int64_t id, std::string_view type) {
  std::string out = "{\"id\":";
  append_json_number(out, id);
  out += ",\"ok\":true";
  append_member(out, "type", type);
  return out;
}

void append_error(std::string& out, const Error& error, std::optional<std::chrono::milliseconds> retry_after) {
  out += "\"error\":{\"code\":";
  append_json_string(out, wire_name(error.code));
  append_member(out, "message", error.message);
  if (retry_after) append_member(out, "retry_after_ms", retry_after->count());
  out += '}';
}

}  // namespace

void append_event(std::string& out, const EventView& event) {
  out += "{\"room\":";
  append_json_string(out, event.room);
  if (event.offset > 0) {
    append_member(out, "epoch", event.epoch);
    append_member(out, "offset", static_cast<std::int64_t>(event.offset));
  }
  append_member(out, "kind", event.kind);
  append_member(out, "server_time", to_unix_ms(event.server_time));
  if (event.media_time) append_member(out, "media_time", to_unix_ms(*event.media_time));
  if (event.user) {
    out += ",\"user\":";
    append_user(out, *event.user);
  }
  out += ",\"body\":";
  out += event.body;
  out += '}';
}

std::string encode_welcome(const WelcomeView& welcome) {
  std::string out = begin_reply(welcome.id, "welcome");
  append_member(out, "session", std::to_string(welcome.session));
  out += ",\"user\":";
  if (welcome.user) {
    append_user(out, *welcome.user);
  } else {
    out += "null";
  }
  append_member(out, "server_time", to_unix_ms(welcome.server_time));
  append_member(out, "ping_interval_ms", welcome.ping_interval.count());
  out += '}';
  return out;
}

std::string encode_user(const UserView& user) {
  std::string out = "{\"type\":\"user\",\"user\":";
  append_user(out, user);
  out += '}';
  return out;
}

std::string encode_joined(const JoinedView& joined) {
  std::string out = begin_reply(joined.id, "joined");
  out.reserve(out.size() + joined.events.size() + joined.snapshots.size() + joined.personal.size() + 200);
  append_member(out, "room", joined.room);
  append_member(out, "epoch", joined.epoch);
  append_member(out, "offset", static_cast<std::int64_t>(joined.offset));
  out += joined.recovered ? ",\"recovered\":true" : ",\"recovered\":false";
  append_member(out, "members", static_cast<std::int64_t>(joined.members));
  if (joined.recovered) {
    out += ",\"events\":[";
    out += joined.events;
    out += ']';
  }
  if (!joined.snapshots.empty()) {
    out += ",\"snapshots\":";
    out += joined.snapshots;
  }
  if (!joined.personal.empty()) {
    out += ",\"personal\":";
    out += joined.personal;
  }
  out += '}';
  return out;
}

std::string encode_left(std::int64_t id, std::string_view room) {
  std::string out = begin_reply(id, "left");
  append_member(out, "room", room);
  out += '}';
  return out;
}

std::string encode_done(const DoneView& done) {
  std::string out = begin_reply(done.id, "done");
  if (!done.room.empty()) append_member(out, "room", done.room);
  if (done.offset > 0) {
    append_member(out, "epoch", done.epoch);
    append_member(out, "offset", static_cast<std::int64_t>(done.offset));
    out += done.stored ? ",\"stored\":true" : ",\"stored\":false";
  }
  if (done.held) out += ",\"held\":true";
  if (!done.result.empty()) {
    out += ",\"result\":";
    out += done.result;
  }
  out += '}';
  return out;
}

std::string encode_refusal(std::int64_t id, const Error& error, std::optional<std::chrono::milliseconds> retry_after) {
  std::string out = "{\"id\":";
  append_json_number(out, id);
  out += ",\"ok\":false,";
  append_error(out, error, retry_after);
  out += '}';
  return out;
}

std::string encode_error(const Error& error) {
  std::string out = "{\"type\":\"error\",";
  append_error(out, error, {});
  out += '}';
  return out;
}

std::string encode_pong(double client_time, UtcTime received, UtcTime sent) {
  std::string out = "{\"type\":\"pong\",\"client_time\":";
  append_json_number(out, client_time);
  out += ",\"received\":";
  append_json_milliseconds(out, received);
  out += ",\"sent\":";
  append_json_milliseconds(out, sent);
  out += '}';
  return out;
}

std::string encode_moved(std::string_view room) {
  std::string out = "{\"type\":\"moved\"";
  append_member(out, "room", room);
  out += '}';
  return out;
}

std::string encode_drain(std::chrono::milliseconds reconnect_within) {
  std::string out = "{\"type\":\"drain\"";
  append_member(out, "reconnect_within_ms", reconnect_within.count());
  out += '}';
  return out;
}

std::string encode_events(std::span<const std::string> events) {
  std::size_t size = 16;
  for (const auto& event : events) size += event.size() + 1;
  std::string out;
  out.reserve(size);
  out += "{\"events\":[";
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0) out += ',';
    out += events[i];
  }
  out += "]}";
  return out;
}

}  // namespace grandstand::wire
