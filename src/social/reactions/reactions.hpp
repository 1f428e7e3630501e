// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/network_rate.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/social/query_fields.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Quick applause: counted per second of the programme, announced as sums, and kept as sums for those who watch later.
namespace grandstand::social::reactions {

inline constexpr std::array<std::string_view, 6> kReactions{"heart", "laugh", "wow", "sad", "clap", "fire"};
inline constexpr std::chrono::milliseconds kTallyInterval{250};
inline constexpr std::size_t kMaxMarks = 60;  // in one tally
inline constexpr std::chrono::seconds kKeepInterval{5};
inline constexpr std::size_t kMaxKept = 600;                             // marks that are stored together
inline constexpr RateLimit kNetworkRate{.burst = 60, .per_second = 10};  // of all who come from one
inline constexpr std::size_t kMaxNetworks = 5'000;                       // whose rate is remembered
inline constexpr std::size_t kMaxTimelineMarks = 600;
inline constexpr std::size_t kMinTimelineMarks = 2 * kReactions.size();  // or a page could end before its first second

// command reactions.send
struct Send {
  std::string reaction;
};

// One line of the events reactions.tally and reactions.counted: so many of a reaction at a second of media time, or at
// none.
struct Mark {
  std::optional<UtcTime> media_time;
  std::string_view reaction;  // one of kReactions
  std::uint64_t count = 0;
  friend bool operator==(const Mark&, const Mark&) = default;
};

using Place = std::pair<std::optional<UtcTime>, std::string_view>;  // a second of media time, or none; the reaction
using Counts = std::map<Place, std::uint64_t>;

struct State {
  Counts counts;  // not yet announced
  SteadyTime last_tally{};
  Counts unkept;  // not yet given to the store; all of them have a second
  std::optional<SteadyTime> keep_at;
};

// Counts one reaction, stamped with the second that its sender was seeing; in a full tally with one nearby. What has no
// such second is kept under that of `facts.utc`.
Status count(State& state, const room::Facts& facts, const Send& command, std::optional<UtcTime> media_time);

// When something may be announced or is to be kept; none while nothing was counted.
std::optional<SteadyTime> due(const State& state);
// What was counted since the last tally; empty before it is due.
std::vector<Mark> take_tally(State& state, SteadyTime now);
// What was counted since this was last given; empty before it is due, in kKeepInterval after the first.
std::vector<Mark> take_unkept(State& state, SteadyTime now);
// The same at once.
std::vector<Mark> take_unkept(State& state);

// GET .../reactions/timeline: by media time
struct TimelineQuery {
  Stretch stretch;
  std::size_t limit = kMaxTimelineMarks;
};
Result<TimelineQuery> read_timeline_query(const room::QueryParameters& parameters);

// The codec (reactions_feature.cpp).
Result<Send> decode_send(std::string_view body);
Result<std::vector<Mark>> decode_marks(std::string_view body);
std::string encode_marks(std::span<const Mark> marks);  // {"marks":[...]}

// The store (reactions_store.cpp).
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::reactions
