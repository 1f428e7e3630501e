// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/feature.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

// The televisions of one account and the phones that are their remote controls, in a room that is the account's alone.
// What a screen shows is kept while it goes on saying so; what a remote control asks is handed on, and kept nowhere.
namespace grandstand::social::couch {

inline constexpr std::size_t kMostScreens = 8;
inline constexpr std::size_t kMaxName = 64;    // code points; of a screen
inline constexpr std::size_t kMaxTitle = 120;  // code points; of what it shows
inline constexpr std::size_t kMaxText = 500;   // code points; typed at once
inline constexpr std::size_t kMaxPath = 256;   // bytes
inline constexpr int kLoudest = 100;
inline constexpr std::chrono::seconds kShownEvery{10};   // a screen says what it shows, also when nothing changes
inline constexpr std::chrono::seconds kScreenGrace{25};  // without hearing of it; then it is not there any more

// What a screen shows.
struct Showing {
  std::string page;            // one of kPages
  std::string channel, party;  // ids; empty: none
  std::string title;           // of the programme or party
  bool playing = false;
  std::optional<std::int64_t> position;  // media time of its picture, milliseconds since 1970
  int volume = 0;                        // to kLoudest
  bool muted = false;
  friend bool operator==(const Showing&, const Showing&) = default;
};

struct Screen {
  std::string name;
  Showing showing;
  SteadyTime heard{};
};

struct State {
  std::map<std::string, Screen> screens;  // by the id that each has given itself
};

// --- commands ------------------------------------------------------------------------------------------------------

struct Show {
  std::string screen;  // 8 to 64 of A-Z a-z 0-9 _ -
  std::string name;
  Showing showing;
};
struct Press {
  std::string screen;
  std::string key;
};
struct Open {
  std::string screen;
  std::string path;
};
struct Type {
  std::string screen;
  std::string text;  // all of what stands in the field
  bool final = false;
};

// --- rules ---------------------------------------------------------------------------------------------------------

Status show(State& state, Show show, SteadyTime now);
// Whether it was there.
bool hide(State& state, std::string_view screen);
// Whether somebody has gone without a word.
bool forget_silent(State& state, SteadyTime now);
std::optional<SteadyTime> silent_due(const State& state);
// Whoever is asked for something must be there.
Status check_present(const State& state, std::string_view screen);
// An address of one of our own pages: a path, and perhaps a query.
bool is_own_path(std::string_view path);
bool is_key(std::string_view key);
bool is_page(std::string_view page);

// --- codec: JSON objects (docs/protocol.md) ------------------------------------------------------------------------

Result<Show> decode_show(std::string_view body);
Result<std::string> decode_screen(std::string_view body);
Result<Press> decode_press(std::string_view body);
Result<Open> decode_open(std::string_view body);
Result<Type> decode_type(std::string_view body);
std::string encode_screens(const State& state);
std::string encode(const Press& press);
std::string encode(const Open& open);
std::string encode(const Type& type);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::couch
