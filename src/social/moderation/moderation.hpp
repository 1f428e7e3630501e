// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/network_rate.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/social/message_id.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What moderators decide about people: warnings, bans, timeouts, shadow bans, what was said taken away, notes, reports
// and appeals; and who floods waits. What is decided is committed first, and lies in an append-only log.
namespace grandstand::social::moderation {

inline constexpr std::size_t kMaxSanctions = 10'000;  // in force at a time; of networks so many, too
inline constexpr std::size_t kMaxReports = 200;       // open ones; the oldest go first
inline constexpr std::size_t kMaxSeen = 5'000;        // users whose name and network are remembered
inline constexpr std::size_t kMaxOwn = 20;            // events of a shadow-banned user that are shown to them again
inline constexpr std::size_t kMaxText = 500;          // code points of a reason, a note, a report
inline constexpr std::chrono::seconds kLongestTimeout{14 * 24 * 3600};
inline constexpr std::chrono::seconds kLongestBan{10 * 365 * 24 * 3600};

// A warning is in force until the user has acknowledged it.
enum class Kind { kBan, kTimeout, kShadow, kWarning };
inline constexpr std::array kKinds{Kind::kBan, Kind::kTimeout, Kind::kShadow, Kind::kWarning};
std::string_view to_string(Kind kind);  // "ban", "timeout", "shadow", "warning"
std::optional<Kind> parse_kind(std::string_view text);

struct Sanction {
  Kind kind = Kind::kBan;
  UserId user;
  std::string name;              // of the user, as it was
  std::optional<UtcTime> until;  // none: until it is lifted
  std::string reason;
  std::string by;  // name
  UtcTime at{};
  bool in_force(UtcTime now) const { return !until || *until > now; }
};

struct Report {
  std::string id;
  std::string kind;  // "report", "appeal"
  UserId by;
  std::string by_name;
  std::string user;  // whom it is about
  std::string name;
  std::string text;                  // as the reporter has it
  std::optional<MessageId> message;  // where moderators find what was said
  std::string reason;
  UtcTime at{};
};

// Whoever is too fast again and again waits longer: 10 s, 60 s, 10 min; forgotten after an hour of patience.
struct Penalty {
  int level = 0;  // 1..3
  SteadyTime until{};
  SteadyTime last{};
};

struct Seen {
  std::string name;
  std::string network;
  room::Role role = room::Role::kGuest;
};

struct NetworkBan {
  UtcTime at{};
  std::optional<UtcTime> until;
  UserId user;  // because of whom
  bool lifted = false;
  bool in_force(UtcTime now) const { return !lifted && (!until || *until > now); }
};

struct State {
  std::map<std::pair<Kind, UserId>, Sanction> sanctions;
  std::map<std::string, NetworkBan> networks;
  std::map<std::string, Report> reports;

  RecencyMap<Seen> seen{kMaxSeen};
  RecencyMap<Penalty> penalties{kMaxSeen};
  NetworkRate network_rate{{.burst = 60, .per_second = 10}, kMaxSeen};
  NetworkRate report_rate{{.burst = 10, .per_second = 0.05}, kMaxSeen};
  TokenBucket room_rate{{.burst = 400, .per_second = 200}};
  std::map<UserId, std::deque<std::string>> own;  // events that only their sender saw, as on the wire

  // What the next tick tells and does.
  std::vector<Sanction> to_tell;
  std::vector<UserId> to_release;  // from a sanction that they were told of
};

const Sanction* find_sanction(const State& state, Kind kind, const UserId& user, UtcTime now);
// The gravest that the user is told of.
const Sanction* find_told_sanction(const State& state, const UserId& user, UtcTime now);

// Stages 2 and 3 of what a message passes: account state, rates. Moderators pass always.
room::Verdict judge(State& state, const room::Facts& facts, const room::Judged& judged);
// A report or an appeal: so that a network alone cannot bury those of others. Appeals are what the banned may do.
Status judge_report(State& state, const room::Facts& facts, const room::Command& command);
// Somebody is here.
void note_seen(State& state, const room::User& user, const std::string& network);
// The user was refused for being too fast.
void penalise(State& state, const UserId& user, SteadyTime now);

// Whether one more can be kept without another one that is in force being forgotten; warnings may be, for graver ones.
bool has_place(const State& state, Kind kind, const UserId& user, UtcTime now);
bool has_place(const State& state, const std::string& network, UtcTime now);
void sanction(State& state, Sanction sanction, bool live);
void ban_network(State& state, const std::string& network, NetworkBan ban);
void lift(State& state, Kind kind, const UserId& user, bool live);
void add_report(State& state, Report report);

// The store (moderation_store.cpp): decision_store.hpp on the table moderation_log.
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::moderation
