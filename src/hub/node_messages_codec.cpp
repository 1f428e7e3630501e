// SPDX-License-Identifier: MIT
#include "node_messages.hpp"

#include <nlohmann/json.hpp>

namespace grandstand::hub {
namespace {

using Json = nlohmann::json;

std::int64_t micros(UtcTime time) {
  return time.time_since_epoch().count();
}
UtcTime time_of(const Json& json) {
  return UtcTime{UtcTime::duration{json.get<std::int64_t>()}};
}
template <class T, class Make>
Json optional(const std::optional<T>& value, Make make) {
  return value ? Json(make(*value)) : Json();
}
template <class Make>
auto optional_of(const Json& json, Make make) -> std::optional<decltype(make(json))> {
  if (json.is_null()) return std::nullopt;
  return make(json);
}

Json json_of(const SessionRef& session) {
  return {{"node", session.node ? *session.node : ""}, {"loop", session.loop}, {"id", session.id.value()}};
}
SessionRef session_of(const Json& json) {
  return {json.at("loop").get<std::size_t>(), SessionId(json.at("id").get<std::uint64_t>()),
          std::make_shared<const std::string>(json.at("node").get<std::string>())};
}

Json json_of(const room::User& user) {
  return {{"id", user.id.value()},
          {"name", user.name},
          {"role", identity::to_string(user.role)},
          {"since", optional(user.since, micros)}};
}
room::User user_of(const Json& json) {
  room::User user;
  user.id = UserId(json.at("id").get<std::string>());
  user.name = json.at("name").get<std::string>();
  user.role = identity::parse_role(json.at("role").get<std::string>()).value_or(identity::Role::kGuest);
  user.since = optional_of(json.at("since"), time_of);
  return user;
}
const auto kJsonOfUser = [](const room::User& user) { return json_of(user); };

Json json_of(const wire::Position& position) {
  return {{"epoch", position.epoch}, {"offset", position.offset}};
}
wire::Position position_of(const Json& json) {
  return {json.at("epoch").get<std::string>(), json.at("offset").get<std::uint64_t>()};
}

Json json_of(const room::CommandRequest& command) {
  return {{"user", optional(command.user, kJsonOfUser)},
          {"name", command.name},
          {"key", command.key},
          {"media_time", optional(command.media_time, micros)},
          {"body", command.body},
          {"follower_since", optional(command.standing.follower_since, micros)},
          {"network", command.standing.network},
          {"owner", command.standing.owner.value()}};
}
room::CommandRequest command_of(const Json& json) {
  room::CommandRequest command;
  command.user = optional_of(json.at("user"), user_of);
  command.name = json.at("name").get<std::string>();
  command.key = json.at("key").get<std::string>();
  command.media_time = optional_of(json.at("media_time"), time_of);
  command.body = json.at("body").get<std::string>();
  command.standing = {optional_of(json.at("follower_since"), time_of), json.at("network").get<std::string>(),
                      UserId(json.at("owner").get<std::string>())};
  return command;
}

Json json_of(const SessionText& text) {
  return {{"loop", text.loop}, {"session", text.session}, {"text", text.text}};
}
SessionText text_of(const Json& json) {
  return {json.at("loop").get<std::size_t>(), json.at("session").get<std::uint64_t>(),
          json.at("text").get<std::string>()};
}

struct Encode {
  Json operator()(const JoinAsk& m) const {
    const auto& joiner = m.joiner;
    return {{"kind", "join"},
            {"session", json_of(joiner.session)},
            {"request", joiner.request},
            {"since", optional(joiner.since, [](const auto& p) { return json_of(p); })},
            {"is_member", joiner.is_member},
            {"user", optional(joiner.user, kJsonOfUser)},
            {"ticket", joiner.ticket},
            {"network", joiner.network}};
  }
  Json operator()(const ExecuteAsk& m) const {
    return {
        {"kind", "execute"}, {"session", json_of(m.session)}, {"request", m.request}, {"command", json_of(m.command)}};
  }
  Json operator()(const Presence& m) const {
    Json users = Json::array();
    for (const auto& user : m.users) users.push_back(json_of(user));
    return {{"kind", "presence"}, {"node", m.node}, {"members", m.members}, {"users", std::move(users)}};
  }
  Json operator()(const SessionText& m) const { return {{"kind", "text"}, {"reply", json_of(m)}}; }
  Json operator()(const JoinAnswer& m) const {
    return {{"kind", "joined"},     {"reply", json_of(m.reply)}, {"room", m.room.value()},
            {"request", m.request}, {"joined", m.joined},        {"number", m.number}};
  }
  Json operator()(const RoomEvents& m) const {
    return {{"kind", "events"},
            {"number", m.number},
            {"text", m.text},
            {"conflatable", m.conflatable},
            {"events", m.events}};
  }
  Json operator()(const DirectedEvents& m) const {
    Json to = Json::array();
    for (const auto& user : m.to) to.push_back(user.value());
    return {{"kind", "directed"},
            {"number", m.number},
            {"text", m.text},
            {"to_moderators", m.audience == room::Audience::kModerators},
            {"to", std::move(to)}};
  }
  Json operator()(const MemberCount& m) const {
    return {{"kind", "members"}, {"number", m.number}, {"members", m.members}};
  }
  Json operator()(const Expelled& m) const {
    return {{"kind", "expelled"}, {"number", m.number}, {"user", m.user.value()}};
  }
  Json operator()(const MaybeMissed&) const { return {{"kind", "missed"}}; }
};

std::optional<NodeMessage> decode(const Json& json) {
  const auto kind = json.at("kind").get<std::string>();
  if (kind == "join") {
    return JoinAsk{{session_of(json.at("session")), json.at("request").get<std::int64_t>(),
                    optional_of(json.at("since"), position_of), json.at("is_member").get<bool>(),
                    optional_of(json.at("user"), user_of), json.at("ticket").get<std::string>(),
                    json.at("network").get<std::string>()}};
  }
  if (kind == "execute") {
    return ExecuteAsk{session_of(json.at("session")), json.at("request").get<std::int64_t>(),
                      command_of(json.at("command"))};
  }
  if (kind == "presence") {
    Presence presence{json.at("node").get<std::string>(), json.at("members").get<std::size_t>()};
    for (const auto& user : json.at("users")) presence.users.push_back(user_of(user));
    return presence;
  }
  if (kind == "text") return text_of(json.at("reply"));
  if (kind == "joined") {
    return JoinAnswer{text_of(json.at("reply")), RoomId(json.at("room").get<std::string>()),
                      json.at("request").get<std::int64_t>(), json.at("joined").get<bool>(),
                      json.at("number").get<std::uint64_t>()};
  }
  if (kind == "events") {
    return RoomEvents{json.at("number").get<std::uint64_t>(), json.at("text").get<std::string>(),
                      json.at("conflatable").get<bool>(), json.at("events").get<std::size_t>()};
  }
  if (kind == "directed") {
    DirectedEvents directed{json.at("number").get<std::uint64_t>(), json.at("text").get<std::string>(),
                            json.at("to_moderators").get<bool>() ? room::Audience::kModerators : room::Audience::kUser};
    for (const auto& user : json.at("to")) directed.to.emplace_back(user.get<std::string>());
    return directed;
  }
  if (kind == "members") {
    return MemberCount{json.at("number").get<std::uint64_t>(), json.at("members").get<std::size_t>()};
  }
  if (kind == "expelled")
    return Expelled{json.at("number").get<std::uint64_t>(), UserId(json.at("user").get<std::string>())};
  if (kind == "missed") return MaybeMissed{};
  return std::nullopt;
}

}  // namespace

std::string encode_node_message(const NodeMessage& message) {
  return std::visit(Encode{}, message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<NodeMessage> decode_node_message(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    return decode(json);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace grandstand::hub
