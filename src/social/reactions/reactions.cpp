// SPDX-License-Identifier: MIT
#include "reactions.hpp"

#include <algorithm>

namespace grandstand::social::reactions {

namespace {

// Each reaction keeps a place for those without a moment.
constexpr std::size_t kMaxMoments = kMaxMarks - kReactions.size();

// Where there is no place for one more second, the next one that has this reaction, so that nobody sees a cheer before
// its picture, or else the last one.
Place find_place(const State& state, Place wanted) {
  const auto& counts = state.counts;
  if (!wanted.first || counts.size() < kMaxMoments || counts.contains(wanted)) return wanted;
  Place nearest{std::nullopt, wanted.second};
  for (const auto& [place, sum] : counts) {
    if (!place.first || place.second != wanted.second) continue;
    nearest = place;
    if (place.first > wanted.first) break;
  }
  return nearest;
}

}  // namespace

Status count(State& state, const Send& command, std::optional<UtcTime> media_time) {
  const auto* const reaction = std::ranges::find(kReactions, command.reaction);
  if (reaction == kReactions.end()) {
    return Error{ErrorCode::kInvalidArgument,
                 "There is no reaction \"" + command.reaction + "\"; heart, laugh, wow, sad, clap and fire are known."};
  }
  if (media_time) media_time = std::chrono::floor<std::chrono::seconds>(*media_time);
  ++state.counts[find_place(state, {media_time, *reaction})];
  return success();
}

std::optional<SteadyTime> tally_due(const State& state) {
  if (state.counts.empty()) return std::nullopt;
  return state.last_tally + kTallyInterval;
}

std::vector<Mark> take_tally(State& state, SteadyTime now) {
  const auto due = tally_due(state);
  if (!due || *due > now) return {};
  std::vector<Mark> marks;
  for (const auto& [place, sum] : state.counts) marks.push_back({place.first, place.second, sum});
  state.counts.clear();
  state.last_tally = now;
  return marks;
}

}  // namespace grandstand::social::reactions
