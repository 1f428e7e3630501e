// SPDX-License-Identifier: MIT
#include "reactions.hpp"

#include <algorithm>

namespace grandstand::social::reactions {

Status count(State& state, const Send& command, std::optional<UtcTime> media_time) {
  const auto* const reaction = std::ranges::find(kReactions, command.reaction);
  if (reaction == kReactions.end()) {
    return Error{ErrorCode::kInvalidArgument,
                 "There is no reaction \"" + command.reaction + "\"; heart, laugh, wow, sad, clap and fire are known."};
  }
  if (media_time) media_time = std::chrono::floor<std::chrono::seconds>(*media_time);
  const std::pair place{media_time, *reaction};
  if (state.counts.size() >= kMaxMarks && !state.counts.contains(place)) {
    return Error{ErrorCode::kUnavailable, "Too many different moments get reactions right now. Try again."};
  }
  ++state.counts[place];
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
