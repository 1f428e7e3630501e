// SPDX-License-Identifier: MIT
#include "reactions.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::social::reactions {

namespace {

// Where there is no place for one more second, the next one that has this reaction, so that nobody sees a cheer before
// its picture, or else the last one. Each reaction keeps a place for those without a moment.
Place find_place(const Counts& counts, std::size_t most, Place wanted) {
  if (!wanted.first || counts.size() < most - kReactions.size() || counts.contains(wanted)) return wanted;
  Place nearest{std::nullopt, wanted.second};
  for (const auto& [place, sum] : counts) {
    if (!place.first || place.second != wanted.second) continue;
    nearest = place;
    if (place.first > wanted.first) break;
  }
  return nearest;
}

std::vector<Mark> marks_of(const Counts& counts) {
  std::vector<Mark> marks;
  for (const auto& [place, sum] : counts) marks.push_back({place.first, place.second, sum});
  return marks;
}

}  // namespace

Status count(State& state, const room::Facts& facts, const Send& command, std::optional<UtcTime> media_time) {
  const auto* const reaction = std::ranges::find(kReactions, command.reaction);
  if (reaction == kReactions.end()) {
    return Error{ErrorCode::kInvalidArgument,
                 "There is no reaction \"" + command.reaction + "\"; heart, laugh, wow, sad, clap and fire are known."};
  }
  const auto second = [](UtcTime time) { return std::chrono::floor<std::chrono::seconds>(time); };
  if (media_time) media_time = second(*media_time);
  ++state.counts[find_place(state.counts, kMaxMarks, {media_time, *reaction})];
  auto kept = find_place(state.unkept, kMaxKept, {media_time.value_or(second(facts.utc)), *reaction});
  if (!kept.first) kept.first = second(facts.utc);  // there was no place for its moment, nor one of its kind
  ++state.unkept[kept];
  if (!state.keep_at) state.keep_at = facts.now + kKeepInterval;
  return success();
}

std::optional<SteadyTime> due(const State& state) {
  if (state.counts.empty()) return state.keep_at;
  const auto tally = state.last_tally + kTallyInterval;
  return state.keep_at ? std::min(tally, *state.keep_at) : tally;
}

std::vector<Mark> take_tally(State& state, SteadyTime now) {
  if (state.counts.empty() || state.last_tally + kTallyInterval > now) return {};
  state.last_tally = now;
  return marks_of(std::exchange(state.counts, {}));
}

std::vector<Mark> take_unkept(State& state, SteadyTime now) {
  return state.keep_at && *state.keep_at <= now ? take_unkept(state) : std::vector<Mark>();
}

std::vector<Mark> take_unkept(State& state) {
  state.keep_at.reset();
  return marks_of(std::exchange(state.unkept, {}));
}

Result<TimelineQuery> read_timeline_query(const room::QueryParameters& parameters) {
  TimelineQuery query;
  for (const auto& [name, value] : parameters) {
    GRANDSTAND_TRY(const bool is_end, query.stretch.read(name, value));
    if (is_end) continue;
    if (name != "limit") return unknown_parameter(name, "from, to and limit");
    GRANDSTAND_TRY(query.limit, read_number(name, value, kMinTimelineMarks, kMaxTimelineMarks));
  }
  GRANDSTAND_RETURN_IF_ERROR(query.stretch.check());
  return query;
}

}  // namespace grandstand::social::reactions
