// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/social/query_fields.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Polls: moderators ask, accounts vote, each once. What a vote becomes is decided by the store; the room counts along
// for those who watch, and tells the store's exact count at the end.
namespace grandstand::social::polls {

inline constexpr std::size_t kMaxQuestion = 200;  // code points
inline constexpr std::size_t kMaxOption = 80;     // code points
inline constexpr std::size_t kMinOptions = 2, kMaxOptions = 10;
inline constexpr std::chrono::seconds kShortest{10}, kLongest{std::chrono::hours{24}};
inline constexpr std::size_t kMostOpen = 3;             // polls at once
inline constexpr std::size_t kMostKept = 8;             // polls in the state, those without a result first
inline constexpr std::size_t kMostReceipts = 50'000;    // votes of one poll that the state remembers for their voters
inline constexpr std::uint64_t kMostBallots = 500'000;  // accepted votes of one poll, changed ones included
inline constexpr std::chrono::milliseconds kTickInterval{250};
inline constexpr std::chrono::seconds kTellAgain{5};    // of open polls: a tick may be left out for slow readers
inline constexpr std::chrono::seconds kCountAgain{10};  // when the store has not answered
inline constexpr std::size_t kExportPage = 10'000;      // ballots
inline constexpr std::chrono::hours kNewAccount{24};

// "<epoch>:<offset>" of the event polls.opened.
struct PollId {
  std::string epoch;
  std::uint64_t offset = 0;
  friend auto operator<=>(const PollId&, const PollId&) = default;
};
std::string to_string(const PollId& id);
Result<PollId> parse_poll_id(std::string_view text);

// command polls.open and event polls.opened
struct Opening {
  std::string question;
  std::vector<std::string> options;
  std::chrono::seconds duration{0};  // of the command
  UtcTime closes_at{};               // of the event
  bool change = false;               // whether votes may be changed until the poll closes
  bool hidden = false;               // whether counts are hidden until the poll closes
};

// command and event polls.vote
struct Vote {
  PollId poll;
  unsigned option = 0;  // counted from 1
};

// What became of a vote: the store's answer, which is the voter's receipt.
struct Accepted {
  PollId poll;
  std::uint64_t index = 0;  // of the ballot
  unsigned option = 0;
  std::optional<unsigned> before;         // the option of the vote that this one replaces
  std::optional<std::uint64_t> replaces;  // its ballot
  std::string nonce;
  std::string leaf;    // base64 of the leaf's hash
  bool again = false;  // the answer to a command that was accepted before
};

// The store's exact count: body of polls.final.
struct Final {
  PollId poll;
  std::vector<std::uint64_t> counts;
  std::uint64_t votes = 0;         // accounts
  std::uint64_t new_accounts = 0;  // of them, made less than a day before they voted
  std::uint64_t size = 0;          // ballots, changed ones included
  std::string root;                // base64
  std::string checkpoint;          // signed note; empty without a key
  std::string key;
};

struct Receipt {
  std::uint64_t index = 0;
  unsigned option = 0;
  std::optional<std::uint64_t> replaces;
  std::string nonce;
  std::string leaf;
};

struct Poll {
  room::Event event;  // polls.opened
  Opening opening;
  std::optional<UtcTime> closed_at;
  std::vector<std::int64_t> counts;
  std::int64_t votes = 0;
  std::string final_body;              // of polls.final, once told
  std::map<UserId, Receipt> receipts;  // while it is shown

  // What is to be told.
  std::vector<std::int64_t> told_counts;
  std::int64_t told_votes = 0;
  bool closing = false;
  std::optional<SteadyTime> count_asked;
  std::string counted;  // the store's answer, before polls.final
};

struct State {
  std::map<PollId, Poll> polls;
  SteadyTime last_tick{};
  SteadyTime last_told_again{};
  // Both clocks at one moment: polls end by the time of day, ticks are due by the other one.
  struct Anchor {
    SteadyTime steady{};
    UtcTime utc{};
  };
  std::optional<Anchor> anchor;
};

// How a poll stands, of polls.tick.
struct Change {
  PollId poll;
  std::map<unsigned, std::int64_t> counts;  // by option; none of a hidden poll
  std::int64_t votes = 0;
};

// Errors are sentences for the sender.
Result<Opening> decide_open(const State& state, UtcTime now, Opening wished);
// Whether it comes in time is the store's to say: it knows whether it has accepted the vote before.
Result<Vote> decide_vote(const State& state, const Vote& wished);
Status decide_close(const State& state, const PollId& id);

void apply_opened(State& state, const room::Event& event, Opening opening);
void apply_closed(State& state, const PollId& id, UtcTime at);
void apply_accepted(State& state, const UserId& voter, const Accepted& accepted);
void apply_counted(State& state, const PollId& id, std::string final_body);
void apply_final(State& state, const Final& final, std::string body);
// What the store counted of open polls when the room came back.
void apply_recalled(State& state, std::span<const Change> counted);

// The moment of the programme that belongs to `at`, told from the one at which the poll was opened.
std::optional<UtcTime> media_time_at(const Poll& poll, UtcTime at);

std::optional<SteadyTime> due(const State& state);
// Polls that are over by the clock, and not yet closed.
std::vector<PollId> take_over(State& state, UtcTime now);
// Closed polls that the store is to count.
std::vector<PollId> take_uncounted(State& state, SteadyTime now);
// Bodies of polls.final that are to be told.
struct Told {
  PollId poll;
  std::string body;
};
std::vector<Told> take_counted(State& state);

// How the polls stand that changed since the last tick, and all of them now and then; at most one in kTickInterval.
std::vector<Change> take_changes(State& state, SteadyTime now);

// Open polls and the one that closed last, oldest first.
std::vector<const Poll*> shown(const State& state);

// How the votes stood at a moment of an open poll.
struct Standing {
  UtcTime at{};
  std::vector<std::uint64_t> counts;  // by option
};
inline constexpr int kStandings = 60;  // of one poll at most

// A poll for those who see it later than it was.
struct PastPoll {
  Poll poll;
  std::optional<UtcTime> closed_media_time;
  std::string progress;  // as encode_progress() writes it; empty: not known
};
// The moment of the programme at which the poll closed, not before it was opened; none of one without a moment.
std::optional<UtcTime> closed_media_time(const Poll& poll, std::optional<UtcTime> told);

// GET .../polls/timeline: by media time
inline constexpr std::int64_t kMaxTimelinePolls = 100;  // the latest of that stretch

// GET .../polls/export, .../polls/proof
struct PollQuery {
  PollId poll;
  std::uint64_t number = 0;  // export: the first ballot (from); proof: the ballot (index)
};
Result<PollQuery> read_query(std::string_view query, const room::QueryParameters& parameters);

// The codec (polls_codec.cpp).
Result<Opening> decode_open(std::string_view body);
Result<Opening> decode_opened(std::string_view body);
Result<Vote> decode_vote(std::string_view body);
Result<PollId> decode_poll(std::string_view body);
Result<Accepted> decode_accepted(std::string_view body);
Result<Final> decode_final(std::string_view body);
std::string encode_opened(const Opening& opening);
std::string encode_vote(const Vote& vote);
std::string encode_poll(const PollId& poll);
std::string encode_accepted(const Accepted& accepted);
std::string encode_final(const Final& final);
std::string encode_tick(std::span<const Change> changes);
Result<std::vector<Change>> decode_tick(std::string_view body);
std::string encode_snapshot(std::span<const Poll* const> polls);
std::string encode_receipts(std::span<const Accepted> votes);
std::string encode_progress(std::span<const Standing> standings);
std::string encode_timeline(std::span<const PastPoll> polls);

// The store (polls_store.cpp).
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::polls
