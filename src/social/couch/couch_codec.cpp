// SPDX-License-Identifier: MIT
#include "couch.hpp"

#include <grandstand/base/text.hpp>
#include <grandstand/social/json_fields.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::social::couch {
namespace {

constexpr std::size_t kMaxId = 128;  // of channels and parties

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<std::string> read_text(const Json& object, const char* name, std::size_t longest) {
  const auto* const value = find(object, name);
  const auto what = "a text of at most " + std::to_string(longest) + " characters";
  if (value == nullptr || !value->is_string()) return expected(name, what);
  auto text = value->get<std::string>();
  if (count_code_points(text) > longest || std::ranges::any_of(text, is_control)) return expected(name, what);
  return text;
}

// Empty when there is none.
std::string word_of(const Json& object, const char* name) {
  const auto* const value = find(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

Result<std::string> read_screen(const Json& object) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  auto id = word_of(object, "screen");
  if (id.size() < 8 || id.size() > 64 || id.find_first_not_of(kLetters) != id.npos)
    return expected("screen", "8 to 64 letters, digits, - and _");
  return id;
}

Result<Showing> read_showing(const Json& object) {
  const auto* const given = find(object, "state");
  if (given == nullptr || !given->is_object()) return expected("state", "an object");
  const auto& state = *given;
  Showing showing;
  GRANDSTAND_TRY(showing.page, read_text(state, "page", kMaxId));
  if (!is_page(showing.page)) return expected("page", "watch, guide, programme or party");
  if (find(state, "channel") != nullptr) {
    GRANDSTAND_TRY(showing.channel, read_text(state, "channel", kMaxId));
  }
  if (find(state, "party") != nullptr) {
    GRANDSTAND_TRY(showing.party, read_text(state, "party", kMaxId));
  }
  GRANDSTAND_TRY(showing.title, read_text(state, "title", kMaxTitle));
  GRANDSTAND_TRY(showing.playing, flag_of(state, "playing"));
  GRANDSTAND_TRY(showing.position, optional_number(state, "position", 0, kLastMillisecond));
  GRANDSTAND_TRY(const auto volume, number_of(state, "volume", 0, kLoudest));
  showing.volume = static_cast<int>(volume);
  GRANDSTAND_TRY(showing.muted, flag_of(state, "muted"));
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
  GRANDSTAND_TRY(show.showing, read_showing(object));
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
  press.key = word_of(object, "key");
  if (!is_key(press.key)) return expected("key", "one of a remote control");
  return press;
}

Result<Open> decode_open(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Open open;
  GRANDSTAND_TRY(open.screen, read_screen(object));
  open.path = word_of(object, "path");
  if (!is_own_path(open.path)) return expected("path", "the address of a page here");
  return open;
}

Result<Type> decode_type(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Type type;
  GRANDSTAND_TRY(type.screen, read_screen(object));
  GRANDSTAND_TRY(type.text, read_text(object, "text", kMaxText));
  GRANDSTAND_TRY(type.final, flag_of(object, "final"));
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
