// SPDX-License-Identifier: MIT
#include "janus_codec.hpp"

#include <grandstand/base/random_text.hpp>

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

namespace grandstand::sfu {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kPlugin[] = "janus.plugin.videoroom";
constexpr char kRoomMark[] = "Grandstand";  // tells rooms of calls from those that others have in the same Janus

Json request(const Secrets& secrets, std::string_view verb) {
  // Janus wants one; answers are told apart by their HTTP exchange and events by their handle.
  Json made{{"janus", verb}, {"transaction", random_text("abcdefghijklmnopqrstuvwxyz", 12)}};
  if (!secrets.api.empty()) made["apisecret"] = secrets.api;
  return made;
}

Json message(const Secrets& secrets, Json body) {
  auto made = request(secrets, "message");
  made["body"] = std::move(body);
  return made;
}

// One by one: whoever asks for a feed as a whole gets again what is there already.
Json list_of(const std::vector<Stream>& streams) {
  auto list = Json::array();
  for (const auto& [feed, mid] : streams) list.push_back({{"feed", feed}, {"mid", mid}});
  return list;
}

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::uint64_t number(const Json& object, const char* name) {
  const auto* const value = member(object, name);
  return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
}

std::string text(const Json& object, const char* name) {
  const auto* const value = member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

// The objects of a list, if it is one.
std::vector<Json> list(const Json& object, const char* name) {
  std::vector<Json> found;
  const auto* const value = member(object, name);
  if (value == nullptr || !value->is_array()) return found;
  std::ranges::copy_if(*value, std::back_inserter(found), [](const Json& one) { return one.is_object(); });
  return found;
}

// What the plugin says, if it does.
const Json& plugin_part(const Json& all) {
  static const Json kNothing = Json::object();
  const auto* const plugin = member(all, "plugindata");
  const auto* const said = plugin == nullptr ? nullptr : member(*plugin, "data");
  return said == nullptr ? kNothing : *said;
}

Error unreadable() {
  return {ErrorCode::kUnavailable, "Janus's answer cannot be read"};
}

std::string content_of(const Json& all) {
  if (const auto* const jsep = member(all, "jsep"); jsep != nullptr) {
    return Json{{"description", {{"type", text(*jsep, "type")}, {"sdp", text(*jsep, "sdp")}}}}.dump();
  }
  const auto* const candidate = member(all, "candidate");
  if (candidate == nullptr) return {};
  return Json{{"candidate", candidate->contains("completed") ? Json() : *candidate}}.dump();
}

Happening read_happening(const Json& all) {
  const auto& said = plugin_part(all);
  Happening read{.kind = text(all, "janus"),
                 .handle = number(all, "sender"),
                 .videoroom = text(said, "videoroom"),
                 .error = static_cast<int>(number(said, "error_code")),
                 .reason = text(said, "error"),
                 .content = content_of(all)};
  for (const auto& publisher : list(said, "publishers")) {
    for (const auto& one : list(publisher, "streams")) {
      if (one.value("disabled", Json()) != true) read.published.emplace_back(number(publisher, "id"), text(one, "mid"));
    }
  }
  read.gone = std::max(number(said, "unpublished"), number(said, "leaving"));
  for (const auto& one : list(said, "streams")) {
    if (const auto feed = number(one, "feed_id"); feed != 0) read.streams.emplace_back(text(one, "mid"), feed);
  }
  return read;
}

}  // namespace

std::string encode_request(const Secrets& secrets, std::string_view verb) {
  return request(secrets, verb).dump();
}

std::string encode_attach(const Secrets& secrets) {
  auto made = request(secrets, "attach");
  made["plugin"] = kPlugin;
  return made.dump();
}

std::string encode_create_room(const Secrets& secrets, std::string_view pin, std::size_t publishers) {
  Json body{{"request", "create"},
            {"description", kRoomMark},
            // Private rooms are listed for the key only, and must be found when they are left behind.
            {"is_private", !secrets.admin_key.empty()},
            {"pin", pin},
            {"publishers", publishers},
            {"audiocodec", "opus"},
            {"videocodec", "vp8,h264"},
            {"bitrate", 600'000},
            {"fir_freq", 10}};
  if (!secrets.admin_key.empty()) body["admin_key"] = secrets.admin_key;
  return message(secrets, std::move(body)).dump();
}

std::string encode_destroy_room(const Secrets& secrets, std::uint64_t room) {
  return message(secrets, {{"request", "destroy"}, {"room", room}}).dump();
}

std::string encode_list_rooms(const Secrets& secrets) {
  Json body{{"request", "list"}};
  if (!secrets.admin_key.empty()) body["admin_key"] = secrets.admin_key;
  return message(secrets, std::move(body)).dump();
}

std::string encode_list_publishers(const Secrets& secrets, std::uint64_t room) {
  return message(secrets, {{"request", "listparticipants"}, {"room", room}}).dump();
}

std::string encode_publisher(const Secrets& secrets, std::uint64_t room, std::string_view pin, std::uint64_t feed,
                             std::string_view seat) {
  return message(secrets, {{"request", "join"},
                           {"ptype", "publisher"},
                           {"room", room},
                           {"pin", pin},
                           {"id", feed},
                           {"display", seat}})
      .dump();
}

std::string encode_subscriber(const Secrets& secrets, std::uint64_t room, std::string_view pin,
                              const std::vector<Stream>& streams) {
  return message(secrets, {{"request", "join"},
                           {"ptype", "subscriber"},
                           {"room", room},
                           {"pin", pin},
                           {"streams", list_of(streams)}})
      .dump();
}

std::string encode_subscribe(const Secrets& secrets, const std::vector<Stream>& streams) {
  return message(secrets, {{"request", "update"}, {"subscribe", list_of(streams)}}).dump();
}

std::string encode_content(const Secrets& secrets, bool publishes, std::string_view content) {
  const auto read = Json::parse(content, nullptr, false);
  if (const auto* const description = member(read, "description"); description != nullptr) {
    auto made = message(secrets, {{"request", publishes ? "configure" : "start"}});
    made["jsep"] = *description;
    return made.dump();
  }
  auto made = request(secrets, "trickle");
  const auto* const candidate = member(read, "candidate");
  made["candidate"] = candidate == nullptr || candidate->is_null() ? Json{{"completed", true}} : *candidate;
  return made.dump();
}

Result<Answer> decode_answer(std::string_view body) {
  const auto all = Json::parse(body, nullptr, false);
  const auto verb = text(all, "janus");
  if (verb.empty()) return unreadable();
  Answer answer;
  if (verb == "error") {
    const auto* const error = member(all, "error");
    if (error == nullptr) return unreadable();
    answer.refused = true;
    answer.code = static_cast<int>(number(*error, "code"));
    answer.reason = text(*error, "reason");
    return answer;
  }
  if (const auto* const made = member(all, "data"); made != nullptr) answer.id = number(*made, "id");
  const auto& said = plugin_part(all);
  answer.code = static_cast<int>(number(said, "error_code"));
  answer.refused = answer.code != 0;
  answer.reason = text(said, "error");
  answer.room = number(said, "room");
  for (const auto& one : list(said, "participants")) {
    if (one.value("publisher", Json()) == true) answer.publishing.push_back(number(one, "id"));
  }
  for (const auto& one : list(said, "list")) {
    if (text(one, "description") == kRoomMark && one.value("num_participants", Json()) == 0) {
      answer.empty.push_back(number(one, "room"));
    }
  }
  return answer;
}

Result<std::vector<Happening>> decode_happenings(std::string_view body) {
  const auto all = Json::parse(body, nullptr, false);
  std::vector<Happening> read;
  if (all.is_array()) {
    for (const auto& one : all) read.push_back(read_happening(one));
  } else if (all.is_object() && text(all, "janus") == "keepalive") {
    return read;
  } else {
    return unreadable();
  }
  return read;
}

Result<Wanted> decode_wanted(std::string_view body) {
  const auto all = Json::parse(body, nullptr, false);
  const auto* const seats = member(all, "seats");
  if (seats == nullptr || !seats->is_array()) return Error{ErrorCode::kInvalidArgument, "\"seats\" must be a list."};
  Wanted wanted{static_cast<std::int64_t>(number(all, "generation")), {}};
  for (const auto& seat : *seats) {
    if (seat.is_string()) wanted.seats.push_back(seat.get<std::string>());
  }
  return wanted;
}

Result<Said> decode_said(std::string_view body) {
  auto all = Json::parse(body, nullptr, false);
  Said said{text(all, "seat"), text(all, "leg") == "publish", {}};
  if (said.seat.empty()) return Error{ErrorCode::kInvalidArgument, "\"seat\" must be a text."};
  for (const char* const name : {"description", "candidate"}) {
    if (const auto* const value = member(all, name); value != nullptr) said.content = Json{{name, *value}}.dump();
  }
  return said;
}

room::News encode_reachable(bool reachable) {
  return {"reachable", Json{{"reachable", reachable}}.dump()};
}

room::News encode_signal(std::int64_t generation, std::string_view seat, bool publishes, std::string_view content,
                         const std::vector<std::pair<std::string, std::string>>& streams) {
  auto body = Json::parse(content, nullptr, false);
  body["generation"] = generation;
  body["seat"] = seat;
  body["leg"] = publishes ? "publish" : "watch";
  if (!streams.empty()) {
    body["streams"] = Json::array();
    for (const auto& [mid, from] : streams) body["streams"].push_back({{"mid", mid}, {"seat", from}});
  }
  return {"signal", body.dump()};
}

}  // namespace grandstand::sfu
