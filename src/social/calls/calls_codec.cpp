// SPDX-License-Identifier: MIT
#include "calls.hpp"

#include <grandstand/social/json_fields.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::social::calls {
namespace {

constexpr std::size_t kLongestSeat = 40;
constexpr std::size_t kLongestMid = 64;
constexpr std::int64_t kLargestInteger = std::int64_t{1} << 53;
constexpr int kMostLines = 1'000;

Result<std::string> bounded_text(const Json& object, const char* name, std::size_t least, std::size_t most) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return expected(name, "a text");
  auto text = found->get<std::string>();
  if (text.size() < least || text.size() > most) {
    return Error{text.size() > most ? ErrorCode::kTooLarge : ErrorCode::kInvalidArgument,
                 "\"" + std::string(name) + "\" must be of " + std::to_string(least) + " to " + std::to_string(most) +
                     " bytes."};
  }
  return text;
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 && c != '\r' && c != '\n' && c != '\t'; });
}

Result<Json> read_description(const Json& given, std::string& type) {
  if (!given.is_object()) return expected("description", "an object with type and sdp");
  GRANDSTAND_TRY(type, bounded_text(given, "type", 1, 8));
  if (type != "offer" && type != "answer") return expected("type", "\"offer\" or \"answer\"");
  GRANDSTAND_TRY(auto sdp, bounded_text(given, "sdp", 1, kLongestSdp));
  if (!sdp.starts_with("v=0") || !is_printable(sdp)) return expected("sdp", "a session description (RFC 8866)");
  return Json{{"type", type}, {"sdp", std::move(sdp)}};
}

// Null: there are no more.
Result<Json> read_candidate(const Json& given) {
  if (given.is_null()) return Json();
  if (!given.is_object()) return expected("candidate", "an object with candidate and sdpMid, or null");
  Json read;
  GRANDSTAND_TRY(auto text, bounded_text(given, "candidate", 0, kLongestCandidate));
  if (!is_printable(text)) return expected("candidate", "a candidate (RFC 8839)");
  read["candidate"] = std::move(text);
  for (const char* const name : {"sdpMid", "usernameFragment"}) {
    const auto found = given.find(name);
    if (found == given.end() || found->is_null()) continue;
    GRANDSTAND_TRY(read[name], bounded_text(given, name, 0, kLongestMid * 4));
  }
  const auto line = given.find("sdpMLineIndex");
  if (line != given.end() && !line->is_null()) {
    if (!line->is_number_unsigned() || line->get<std::uint64_t>() > kMostLines) {
      return expected("sdpMLineIndex", "a small number");
    }
    read["sdpMLineIndex"] = line->get<std::uint64_t>();
  }
  return read;
}

Result<std::int64_t> read_generation(const Json& object) {
  const auto found = object.find("generation");
  if (found == object.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > kLargestInteger) {
    return expected("generation", "the call's");
  }
  return found->get<std::int64_t>();
}

const char* word_of(Leg leg) {
  return leg == Leg::kPublish ? "publish" : "watch";
}

}  // namespace

Result<Media> decode_media(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Media media;
  GRANDSTAND_TRY(media.audio, flag_of(object, "audio"));
  GRANDSTAND_TRY(media.video, flag_of(object, "video"));
  return media;
}

Result<std::string> decode_seat(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return bounded_text(object, "seat", 1, kLongestSeat);
}

Result<Signal> decode_signal(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Signal signal;
  GRANDSTAND_TRY(signal.seat, bounded_text(object, "seat", 1, kLongestSeat));
  GRANDSTAND_TRY(signal.to, bounded_text(object, "to", 1, kLongestSeat));
  GRANDSTAND_TRY(signal.generation, read_generation(object));
  if (const auto leg = object.find("leg"); leg != object.end() && !leg->is_null()) {
    if (*leg != "publish" && *leg != "watch") return expected("leg", "\"publish\" or \"watch\"");
    signal.leg = *leg == "publish" ? Leg::kPublish : Leg::kWatch;
  }
  const auto description = object.find("description"), candidate = object.find("candidate");
  if ((description == object.end()) == (candidate == object.end())) {
    return Error{ErrorCode::kInvalidArgument, "calls.signal must have \"description\" or \"candidate\", one of them."};
  }
  Json content;
  if (description != object.end()) {
    GRANDSTAND_TRY(content["description"], read_description(*description, signal.description_type));
  } else {
    GRANDSTAND_TRY(content["candidate"], read_candidate(*candidate));
  }
  signal.content = content.dump();
  return signal;
}

std::string encode_seats(const Call& call) {
  auto seats = Json::array();
  for (const auto& seat : call.seats) {
    seats.push_back({{"seat", seat.id},
                     {"user", {{"id", seat.user.value()}, {"name", seat.name}}},
                     {"audio", seat.audio},
                     {"video", seat.video}});
  }
  return Json{
      {"mode", call.mode == Mode::kSfu ? "sfu" : "mesh"}, {"generation", call.generation}, {"seats", std::move(seats)}}
      .dump();
}

std::string encode_signal(const Signal& signal, std::string_view from) {
  Json head{{"to", signal.to}, {"from", from}, {"generation", signal.generation}};
  if (signal.leg) head["leg"] = word_of(*signal.leg);
  auto text = head.dump();
  text.back() = ',';
  return text.append(signal.content, 1);
}

std::string encode_servers(const Call& call, Seat& seat, const CallSettings& settings, UtcTime now, bool entered) {
  Json result = Json::object();
  if (entered) {
    result = {{"seat", seat.id}, {"mode", call.mode == Mode::kSfu ? "sfu" : "mesh"}, {"generation", call.generation}};
  }
  auto servers = Json::array();
  if (!settings.stun.empty()) servers.push_back({{"urls", settings.stun}});
  if (!settings.turn.empty()) {
    seat.credentials_until = now + settings.turn_lifetime;
    auto credentials = make_credentials(settings.turn_secret, seat.id, seat.credentials_until);
    servers.push_back({{"urls", settings.turn},
                       {"username", std::move(credentials.username)},
                       {"credential", std::move(credentials.password)}});
  }
  result["ice_servers"] = std::move(servers);
  if (!settings.turn.empty()) result["ice_expires_at"] = to_unix_ms(seat.credentials_until);
  return result.dump();
}

std::string encode_wanted(const Call& call) {
  auto seats = Json::array();
  if (call.mode == Mode::kSfu) {
    for (const auto& seat : call.seats) seats.push_back(seat.id);
  }
  return Json{{"generation", seats.empty() ? 0 : call.generation}, {"seats", std::move(seats)}}.dump();
}

std::string encode_said(const Signal& signal) {
  auto text = Json{{"seat", signal.seat}, {"leg", word_of(*signal.leg)}}.dump();
  text.back() = ',';
  return text.append(signal.content, 1);
}

Result<bool> decode_reachable(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return flag_of(object, "reachable");
}

Result<Signal> decode_told(std::string_view body) {
  GRANDSTAND_TRY(auto object, read_object(body));
  Signal told;
  GRANDSTAND_TRY(told.to, bounded_text(object, "seat", 1, kLongestSeat));
  GRANDSTAND_TRY(told.generation, read_generation(object));
  told.leg = object.value("leg", Json()) == "publish" ? Leg::kPublish : Leg::kWatch;
  Json content;
  for (const char* const name : {"description", "candidate", "streams"}) {
    if (const auto found = object.find(name); found != object.end()) content[name] = *found;
  }
  if (content.is_null()) return expected("description", "there, or a candidate");
  told.content = content.dump();
  return told;
}

std::string encode_asked(std::string_view seat, bool dismissed) {
  Json asked{{"seat", seat}};
  if (dismissed) {
    asked["dismissed"] = true;
  } else {
    asked["audio"] = false;
  }
  return asked.dump();
}

}  // namespace grandstand::social::calls
