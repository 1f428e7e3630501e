// SPDX-License-Identifier: MIT
#pragma once

#include "party.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The clock of a party: a motion vector that the server owns, and what may change it (docs/decisions/0020). Clients
// render it; nobody's position is the group's.
namespace grandstand::social::party {

// Body of the event party.motion. At a time t from `at` on, the picture to be seen is position + rate * (t - at);
// before `at`, the motion before holds. `term` fences hosts of the past, `sequence` counts the motions of a party.
struct Motion {
  std::uint64_t term = 1;
  std::uint64_t sequence = 0;
  UtcTime position{};  // media time: PROGRAM-DATE-TIME of the channel
  double rate = 0;     // 1: plays; 0: stands
  UtcTime at{};        // server time
  std::string reason;  // "move", "begin", "wait", "go_on", "fall_back", "end"
  UserId by;           // empty: the server
  UserId waits_for;    // of "wait"
  friend bool operator==(const Motion&, const Motion&) = default;
};
UtcTime position_at(const Motion& motion, UtcTime time);
std::string encode_motion(const Motion& motion);
Result<Motion> decode_motion(std::string_view body);

// party.move: what is there changes. `term`: the party's, as the sender knows it.
struct Move {
  std::uint64_t term = 0;
  std::optional<bool> plays;
  std::optional<UtcTime> position;
};
Result<Move> decode_move(std::string_view body);

// party.report: how one member does. Every 5 s, and at once when the picture stands or goes on.
struct Report {
  enum class Status { kSynced, kCatchingUp, kDegraded, kFree };
  Status status = Status::kCatchingUp;
  bool stalled = false;
  std::optional<std::chrono::milliseconds> error;  // own position minus the motion's
  std::chrono::milliseconds buffer{0};             // ahead of the picture
  std::chrono::milliseconds round_trip{0};
  std::optional<UtcTime> latest;  // of a live channel: the furthest that could play now
};
Result<Report> decode_report(std::string_view body);
// Body of the event party.pulse: the motion once more, and how far from it everybody is.
std::string encode_pulse(const Motion& motion, const std::vector<std::pair<UserId, Report>>& reports);

inline constexpr std::chrono::milliseconds kShortestLead{300}, kLongestLead{1'500};
inline constexpr std::chrono::seconds kLiveDelay{8};      // of a party that begins on a live channel
inline constexpr std::chrono::seconds kLongestDelay{30};  // to which slow members draw a live party back
inline constexpr std::chrono::hours kLiveWindow{24};      // how far back a live party may go
inline constexpr std::size_t kMostWaiting = 8;            // larger groups wait for nobody
inline constexpr std::chrono::seconds kLongestWait{8};    // for one stall
inline constexpr std::chrono::seconds kMostWaited{15};    // for one member within kWaitWindow
inline constexpr std::chrono::minutes kWaitWindow{5};
inline constexpr std::chrono::seconds kBetweenWaits{5};     // the picture moves meanwhile, whoever stalls
inline constexpr std::chrono::seconds kReportLifetime{12};  // a member that says nothing so long counts no more

// Changes of the motion are decided one after the other on what was decided before, though each happens only when it
// is stored: applied() or refused().
//
// Owner: PartyFeature.   Runs on: the room's loop.
class PartyClock {
 public:
  const Motion& motion() const { return applied_; }
  void applied(Motion motion);
  void refused() { decided_ = applied_; }

  // Each gives the motion that is to be stored and announced; nothing: it stays.
  Result<Motion> move(const room::Facts& facts, const Party& party, const Move& move, const UserId& by);
  Motion begin(const room::Facts& facts, const Party& party, UtcTime at, std::string reason, const UserId& by = {});
  // The host is another one.
  Motion fence(const room::Facts& facts, std::uint64_t term);
  std::optional<Motion> report(const room::Facts& facts, const Party& party, const UserId& user, Report report);
  std::optional<Motion> tick(const room::Facts& facts, const Party& party);

  // Who has left, or is not in the party any more.
  void forget(const UserId& user) { reports_.erase(user); }
  // How everybody does.
  std::vector<std::pair<UserId, Report>> reports() const;

 private:
  struct Heard {
    Report report;
    SteadyTime at{};
    int late = 0;  // reports one after the other whose picture could not be where the motion is
  };
  struct Waited {
    SteadyTime since{};
    SteadyTime::duration took{0};
  };
  struct Wait {
    UserId whom;
    SteadyTime since{}, until{};
  };
  Motion decide(Motion motion);
  Motion stand_still(const room::Facts& facts, std::string reason) const;
  std::chrono::milliseconds lead() const;
  SteadyTime::duration may_wait(const room::Facts& facts, const UserId& user);
  std::optional<Motion> stop_waiting(const room::Facts& facts);
  std::optional<Motion> fall_back(const room::Facts& facts, const Party& party);
  void forget_silent(SteadyTime now);

  Motion applied_, decided_;
  std::map<UserId, Heard> reports_;
  std::map<UserId, std::deque<Waited>> waited_;
  std::optional<Wait> wait_;
  std::optional<SteadyTime> last_wait_;  // its end
  SteadyTime fell_back_at_{};
};

}  // namespace grandstand::social::party
