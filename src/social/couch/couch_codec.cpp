// SPDX-License-Identifier: MIT
#include "couch.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::couch {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxId = 128;                             // of channels and parties
constexpr std::int64_t kLastMillisecond = 253'402'300'799'999;  // of the year 9999

Error expected(std::string_view name, std::string_view what) {
  return {ErrorCode::kInvalidArgument, "\"" + std::string(name) + "\" must be " + std::string(what) + "."};
}

Result<Json> read_object(std::string_view body) {
  auto object = Json::parse(body, nullptr, false);
  if (!object.is_object()) return expected("body", "an object");
  return object;
}

Json member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<std::string> read_text(const Json& object, const char* name, std::size_t longest) {
  const auto value = member(object, name);
  const auto what = "a text of at most " + std::to_string(longest) + " characters";
  if (!value.is_string()) return expected(name, what);
  auto text = value.get<std::string>();
  if (count_code_points(text) > longest || std::ranges::any_of(text, is_control)) return expected(name, what);
  return text;
}

Result<bool> read_flag(const Json& object, const char* name) {
  const auto value = member(object, name);
  if (!value.is_boolean()) return expected(name, "true or false");
  return value.get<bool>();
}

// Fractions are cut off.
Result<std::int64_t> read_number(const Json& object, const char* name, std::int64_t most) {
  const auto value = member(object, name);
  const auto number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0 && number <= static_cast<double>(most)))
    return expected(name, "a number from 0 to " + std::to_string(most));
  return static_cast<std::int64_t>(number);
}

Result<std::string> read_screen(const Json& object) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const auto value = member(object, "screen");
  auto id = value.is_string() ? value.get<std::string>() : std::string();
  if (id.size() < 8 || id.size() > 64 || id.find_first_not_of(kLetters) != id.npos)
    return expected("screen", "8 to 64 letters, digits, - and _");
  return id;
}

Result<Showing> read_showing(const Json& state) {
  if (!state.is_object()) return expected("state", "an object");
  Showing showing;
  GRANDSTAND_TRY(showing.page, read_text(state, "page", kMaxId));
  if (!is_page(showing.page)) return expected("page", "watch, guide, programme or party");
  if (!member(state, "channel").is_null()) {
    GRANDSTAND_TRY(showing.channel, read_text(state, "channel", kMaxId));
  }
  if (!member(state, "party").is_null()) {
    GRANDSTAND_TRY(showing.party, read_text(state, "party", kMaxId));
  }
  GRANDSTAND_TRY(showing.title, read_text(state, "title", kMaxTitle));
  GRANDSTAND_TRY(showing.playing, read_flag(state, "playing"));
  if (!member(state, "position").is_null()) {
    GRANDSTAND_TRY(showing.position, read_number(state, "position", kLastMillisecond));
  }
  GRANDSTAND_TRY(const auto volume, read_number(state, "volume", kLoudest));
  showing.volume = static_cast<int>(volume);
  GRANDSTAND_TRY(showing.muted, read_flag(state, "muted"));
  return showing;
}

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

}  // namespace

Result<Show> decode_show(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Show show;
  GRANDSTAND_TRY(show.screen, read_screen(object));
  GRANDSTAND_TRY(show.name, read_text(object, "name", kMaxName));
  GRANDSTAND_TRY(show.showing, read_showing(member(object, "state")));
  return show;
}

Result<std::string> decode_screen(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return read_screen(object);
}

Result<Press> decode_press(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Press press;
  GRANDSTAND_TRY(press.screen, read_screen(object));
  const auto key = member(object, "key");
  if (!key.is_string() || !is_key(key.get<std::string>())) return expected("key", "one of a remote control");
  press.key = key.get<std::string>();
  return press;
}

Result<Open> decode_open(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Open open;
  GRANDSTAND_TRY(open.screen, read_screen(object));
  const auto path = member(object, "path");
  if (!path.is_string() || !is_own_path(path.get<std::string>())) return expected("path", "the address of a page here");
  open.path = path.get<std::string>();
  return open;
}

Result<Type> decode_type(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Type type;
  GRANDSTAND_TRY(type.screen, read_screen(object));
  GRANDSTAND_TRY(type.text, read_text(object, "text", kMaxText));
  GRANDSTAND_TRY(type.final, read_flag(object, "final"));
  return type;
}

std::string encode_screens(const State& state) {
  auto screens = Json::array();
  for (const auto& [id, screen] : state.screens) {
    const auto& showing = screen.showing;
    screens.push_back({{"screen", id},
                       {"name", screen.name},
                       {"state",
                        {{"page", showing.page},
                         {"channel", or_null(showing.channel)},
                         {"party", or_null(showing.party)},
                         {"title", showing.title},
                         {"playing", showing.playing},
                         {"position", showing.position ? Json(*showing.position) : Json()},
                         {"volume", showing.volume},
                         {"muted", showing.muted}}}});
  }
  return Json{{"screens", std::move(screens)}}.dump();
}

std::string encode(const Press& press) {
  return Json{{"screen", press.screen}, {"key", press.key}}.dump();
}

std::string encode(const Open& open) {
  return Json{{"screen", open.screen}, {"path", open.path}}.dump();
}

std::string encode(const Type& type) {
  return Json{{"screen", type.screen}, {"text", type.text}, {"final", type.final}}.dump();
}

}  // namespace grandstand::social::couch
