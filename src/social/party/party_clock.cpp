// SPDX-License-Identifier: MIT
#include "party_clock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace grandstand::social::party {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kBetweenFallBacks{10};
constexpr milliseconds kMargin{500};  // behind what the slowest could play
constexpr int kLateReports = 2;       // before a live party falls back for one

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Status check_position(const Programme& programme, UtcTime position, UtcTime now) {
  if (!programme.is_live()) {
    if (position >= *programme.start && position <= *programme.end) return success();
    return invalid("\"position\" must lie within the programme.");
  }
  if (position > now) return invalid("\"position\" lies in the future of the live channel.");
  if (position < now - kLiveWindow) return invalid("\"position\" lies too far back: 24 hours at most.");
  return success();
}

}  // namespace

UtcTime position_at(const Motion& motion, UtcTime time) {
  const auto passed = static_cast<double>((time - motion.at).count()) * motion.rate;
  return motion.position + std::chrono::microseconds(std::llround(passed));
}

void PartyClock::applied(Motion motion) {
  applied_ = std::move(motion);
  if (applied_.sequence >= decided_.sequence) decided_ = applied_;
}

Motion PartyClock::decide(Motion motion) {
  motion.sequence = decided_.sequence + 1;
  decided_ = motion;
  return motion;
}

// Two times what most members take for question and answer, so that the change reaches them before it holds.
milliseconds PartyClock::lead() const {
  std::vector<milliseconds> round_trips;
  for (const auto& [user, heard] : reports_) round_trips.push_back(heard.report.round_trip);
  if (round_trips.empty()) return kShortestLead;
  const auto at = round_trips.begin() + static_cast<std::ptrdiff_t>((round_trips.size() - 1) * 95 / 100);
  std::ranges::nth_element(round_trips, at);
  return std::clamp(2 * *at, kShortestLead, kLongestLead);
}

Result<Motion> PartyClock::move(const room::Facts& facts, const Party& party, const Move& move, const UserId& by) {
  if (party.starts_at) return Error{ErrorCode::kConflict, "The party has not begun yet."};
  if (move.term != party.term) {
    return Error{ErrorCode::kConflict, "Somebody else has become the host meanwhile. Look and try again."};
  }
  auto next = decided_;
  // What was decided just now holds from its own time on.
  next.at = std::max(facts.utc + lead(), decided_.at);
  next.position = position_at(decided_, next.at);
  if (move.position) {
    GRANDSTAND_RETURN_IF_ERROR(check_position(party.programme, *move.position, facts.utc));
    next.position = *move.position;
  }
  if (move.plays) next.rate = *move.plays ? 1 : 0;
  if (!party.programme.is_live()) {
    next.position = std::clamp(next.position, *party.programme.start, *party.programme.end);
  }
  next.term = party.term;
  next.reason = "move";
  next.by = by;
  next.waits_for = {};
  wait_.reset();
  return decide(std::move(next));
}

Motion PartyClock::begin(const room::Facts& facts, const Party& party, UtcTime at, std::string reason,
                         const UserId& by) {
  wait_.reset();
  Motion next;
  next.term = party.term;
  next.at = std::max(at, facts.utc + lead());
  next.position = party.programme.is_live() ? next.at - kLiveDelay : *party.programme.start;
  next.rate = 1;
  next.reason = std::move(reason);
  next.by = by;
  return decide(std::move(next));
}

Motion PartyClock::fence(const room::Facts& facts, std::uint64_t term) {
  auto next = decided_;
  next.term = term;
  return decide(std::move(next));
}

Motion PartyClock::stand_still(const room::Facts& facts, std::string reason) const {
  auto next = decided_;
  next.at = std::max(facts.utc, decided_.at);
  next.position = position_at(decided_, next.at);
  next.rate = 0;
  next.reason = std::move(reason);
  next.by = {};
  return next;
}

// What is left of the patience with the user.
SteadyTime::duration PartyClock::may_wait(const room::Facts& facts, const UserId& user) {
  auto& waits = waited_[user];
  while (!waits.empty() && facts.now - waits.front().since > kWaitWindow) waits.pop_front();
  SteadyTime::duration left = kMostWaited;
  for (const auto& wait : waits) left -= wait.took;
  return std::min<SteadyTime::duration>(left, kLongestWait);
}

std::optional<Motion> PartyClock::stop_waiting(const room::Facts& facts) {
  const auto wait = *std::exchange(wait_, std::nullopt);
  waited_[wait.whom].push_back({wait.since, facts.now - wait.since});
  last_wait_ = facts.now;
  auto next = decided_;
  next.at = std::max(facts.utc + lead(), decided_.at);
  next.rate = 1;
  next.reason = "go_on";
  next.by = {};
  next.waits_for = {};
  return decide(std::move(next));
}

std::optional<Motion> PartyClock::report(const room::Facts& facts, const Party& party, const UserId& user,
                                         Report report) {
  auto& heard = reports_[user];
  const bool stalls = report.stalled && report.status != Report::Status::kFree;
  const auto expected = position_at(decided_, facts.utc);
  const bool late =
      party.programme.is_live() && report.latest && *report.latest < expected && report.status != Report::Status::kFree;
  heard.late = late ? heard.late + 1 : 0;
  heard.report = std::move(report);
  heard.at = facts.now;
  if (wait_ && wait_->whom == user && !stalls) return stop_waiting(facts);
  if (wait_ || !stalls || party.programme.is_live() || decided_.rate == 0) return std::nullopt;
  if (reports_.size() > kMostWaiting) return std::nullopt;
  if (last_wait_ && facts.now - *last_wait_ < kBetweenWaits) return std::nullopt;
  const auto patience = may_wait(facts, user);
  if (patience <= std::chrono::milliseconds(500)) return std::nullopt;
  wait_ = Wait{user, facts.now, facts.now + patience};
  auto next = stand_still(facts, "wait");
  next.waits_for = user;
  return decide(std::move(next));
}

void PartyClock::forget_silent(SteadyTime now) {
  std::erase_if(reports_, [&](const auto& entry) { return now - entry.second.at > kReportLifetime; });
  std::erase_if(waited_, [&](const auto& entry) {
    return entry.second.empty() || now - entry.second.back().since > kWaitWindow;
  });
}

std::vector<std::pair<UserId, Report>> PartyClock::reports() const {
  std::vector<std::pair<UserId, Report>> all;
  for (const auto& [user, heard] : reports_) all.emplace_back(user, heard.report);
  return all;
}

// A live group sits behind its slowest reasonable member: it goes back once, for all who could not be there, and never
// waits.
std::optional<Motion> PartyClock::fall_back(const room::Facts& facts, const Party& party) {
  if (!party.programme.is_live() || decided_.rate == 0 || decided_.at > facts.utc) return std::nullopt;
  if (facts.now - fell_back_at_ < kBetweenFallBacks) return std::nullopt;
  const auto expected = position_at(decided_, facts.utc);
  const auto limit = facts.utc - kLongestDelay;
  if (expected <= limit) return std::nullopt;
  auto slowest = expected;
  for (const auto& [user, heard] : reports_) {
    if (heard.late < kLateReports || *heard.report.latest < limit) continue;
    // What it could play then, had it gone on since.
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(facts.now - heard.at);
    slowest = std::min(slowest, *heard.report.latest + since - kMargin);
  }
  if (slowest >= expected) return std::nullopt;
  fell_back_at_ = facts.now;
  for (auto& [user, heard] : reports_) heard.late = 0;
  auto next = decided_;
  next.at = facts.utc + lead();
  next.position = slowest + (next.at - facts.utc);
  next.reason = "fall_back";
  next.by = {};
  return decide(std::move(next));
}

std::optional<Motion> PartyClock::tick(const room::Facts& facts, const Party& party) {
  forget_silent(facts.now);
  if (wait_ && (facts.now >= wait_->until || !reports_.contains(wait_->whom))) return stop_waiting(facts);
  if (!party.programme.is_live() && decided_.rate > 0 && position_at(decided_, facts.utc) >= *party.programme.end) {
    auto next = stand_still(facts, "end");
    next.position = *party.programme.end;
    return decide(std::move(next));
  }
  return fall_back(facts, party);
}

}  // namespace grandstand::social::party
