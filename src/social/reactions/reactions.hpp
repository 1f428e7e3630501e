// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/feature.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Quick applause: counted per second of the programme, announced as sums, kept nowhere.
namespace grandstand::social::reactions {

inline constexpr std::array<std::string_view, 6> kReactions{"heart", "laugh", "wow", "sad", "clap", "fire"};
inline constexpr std::chrono::milliseconds kTallyInterval{250};
inline constexpr std::size_t kMaxMarks = 60;  // in one tally

// command reactions.send
struct Send {
  std::string reaction;
};

// One line of the event reactions.tally: so many of a reaction at a second of media time, or at none.
struct Mark {
  std::optional<UtcTime> media_time;
  std::string_view reaction;
  std::uint64_t count = 0;
  friend bool operator==(const Mark&, const Mark&) = default;
};

using Place = std::pair<std::optional<UtcTime>, std::string_view>;  // a second of media time, or none; the reaction

struct State {
  std::map<Place, std::uint64_t> counts;  // not yet announced
  SteadyTime last_tally{};
};

// Counts one reaction, stamped with the second that its sender was seeing; in a full tally with one nearby.
Status count(State& state, const Send& command, std::optional<UtcTime> media_time);

// When the next tally may be announced; none while nothing was counted.
std::optional<SteadyTime> tally_due(const State& state);
// What was counted since the last tally; empty before it is due.
std::vector<Mark> take_tally(State& state, SteadyTime now);

// The codec (reactions_feature.cpp).
Result<Send> decode_send(std::string_view body);
std::string encode_tally(const std::vector<Mark>& marks);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::reactions
