// SPDX-License-Identifier: MIT
#include "couch.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace grandstand::social::couch {
namespace {

using namespace std::string_view_literals;

constexpr std::array kPages{"watch"sv, "guide"sv, "programme"sv, "party"sv};
constexpr std::array kKeys{"up"sv,         "down"sv,      "left"sv,        "right"sv, "enter"sv,      "back"sv,
                           "play_pause"sv, "volume_up"sv, "volume_down"sv, "mute"sv,  "channel_up"sv, "channel_down"sv};
constexpr auto kInAddresses = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%:/?=&+"sv;

}  // namespace

Status show(State& state, Show show, SteadyTime now) {
  if (!state.screens.contains(show.screen) && state.screens.size() >= kMostScreens) {
    return Error{ErrorCode::kTooLarge, "There are " + std::to_string(kMostScreens) + " televisions here already."};
  }
  state.screens[std::move(show.screen)] = {std::move(show.name), std::move(show.showing), now};
  return success();
}

bool hide(State& state, std::string_view screen) {
  return state.screens.erase(std::string(screen)) > 0;
}

bool forget_silent(State& state, SteadyTime now) {
  return std::erase_if(state.screens, [&](const auto& entry) { return now - entry.second.heard >= kScreenGrace; }) > 0;
}

std::optional<SteadyTime> silent_due(const State& state) {
  std::optional<SteadyTime> due;
  for (const auto& [id, screen] : state.screens) {
    const auto silent = screen.heard + kScreenGrace;
    due = due ? std::min(*due, silent) : silent;
  }
  return due;
}

Status check_present(const State& state, std::string_view screen) {
  if (state.screens.contains(std::string(screen))) return success();
  return Error{ErrorCode::kNotFound, "This television is not there at the moment."};
}

bool is_own_path(std::string_view path) {
  if (path.size() > kMaxPath || path.find_first_not_of(kInAddresses) != path.npos) return false;
  const auto page = path.substr(0, path.find('?'));
  if (page.find("//") != page.npos) return false;
  if (page == "/" || page == "/guide" || page.starts_with("/guide/")) return true;
  for (const auto place : {"/watch/"sv, "/party/"sv}) {
    if (page.starts_with(place) && page.size() > place.size() && page.find('/', place.size()) == page.npos) return true;
  }
  return false;
}

bool is_key(std::string_view key) {
  if (key.size() == 1 && key.front() >= '0' && key.front() <= '9') return true;
  return std::ranges::find(kKeys, key) != kKeys.end();
}

bool is_page(std::string_view page) {
  return std::ranges::find(kPages, page) != kPages.end();
}

}  // namespace grandstand::social::couch
