// SPDX-License-Identifier: MIT
#include "moderation.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace grandstand::social::moderation {

namespace {

using VerdictKind = room::Verdict::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array kPenalties{seconds{10}, seconds{60}, seconds{600}};
constexpr std::chrono::hours kForgiven{1};

milliseconds left(SteadyTime until, SteadyTime now) {
  return std::chrono::ceil<milliseconds>(until - now);
}

std::string how_long(const Sanction& sanction) {
  return sanction.until ? " until " + to_rfc3339(*sanction.until) : "";
}

std::string because(const Sanction& sanction) {
  return sanction.reason.empty() ? "." : ": " + sanction.reason;
}

room::Verdict refuse(std::string_view stage, std::string message, std::optional<milliseconds> retry_after = {}) {
  return {.kind = VerdictKind::kRefuse,
          .error = {retry_after ? ErrorCode::kRateLimited : ErrorCode::kForbidden, std::move(message)},
          .retry_after = retry_after,
          .stage = stage};
}

// What holds for an account holds for its bots, also for those that it makes then.
const Sanction* find_sanction(const State& state, Kind kind, const room::Command& command, UtcTime now) {
  const auto* const own = find_sanction(state, kind, command.user.id, now);
  return own != nullptr ? own : find_sanction(state, kind, command.standing.owner, now);
}

bool is_network_banned(const State& state, const room::Command& command, UtcTime now) {
  const auto found = state.networks.find(command.standing.network);
  if (found == state.networks.end() || !found->second.in_force(now)) return false;
  const auto& ban = found->second;
  // Who had an account there before is somebody else.
  return command.user.is_guest() || !command.user.since || *command.user.since > ban.at;
}

room::Verdict judge_rates(State& state, const room::Facts& facts, const room::Command& command) {
  if (const auto* penalty = state.penalties.find(command.user.id.value());
      penalty != nullptr && penalty->until > facts.now) {
    const auto wait = left(penalty->until, facts.now);
    return refuse("penalty", "You sent too much too fast. Wait " + std::to_string(wait.count() / 1000 + 1) + " s.",
                  wait);
  }
  if (const auto wait = state.network_rate.try_take(command.standing.network, facts.now)) {
    return refuse("network_rate", "Too much comes from your network. Wait a moment.", wait);
  }
  if (!state.room_rate.try_take(facts.now)) {
    return refuse("room_rate", "Too much is going on here. Wait a moment.", state.room_rate.wait(facts.now));
  }
  return {};
}

template <class Key, class Value>
bool has_free_place(const std::map<Key, Value>& all, const Key& key, UtcTime now) {
  return all.size() < kMaxSanctions || all.contains(key) ||
         !std::ranges::all_of(all, [&](const auto& entry) { return entry.second.in_force(now); });
}

bool is_grave(const Sanction& sanction) {
  return sanction.kind != Kind::kWarning;
}
bool is_grave(const NetworkBan&) {
  return true;
}

// Where there is no place for one more: those that are over go, else warnings, else what ends by itself, the oldest of
// each first. has_place() keeps one in force from going, but for what is decided in the same moment.
template <class Key, class Value>
void make_place(std::map<Key, Value>& all, const Key& key, UtcTime now) {
  if (all.size() < kMaxSanctions || all.contains(key)) return;
  std::erase_if(all, [&](const auto& entry) { return !entry.second.in_force(now); });
  if (all.size() < kMaxSanctions) return;
  all.erase(std::ranges::min_element(all, {}, [](const auto& entry) {
    const auto& one = entry.second;
    return std::tuple(is_grave(one), !one.until.has_value(), one.at);
  }));
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kBan:
      return "ban";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kShadow:
      return "shadow";
    case Kind::kWarning:
      return "warning";
  }
  return "";
}

std::optional<Kind> parse_kind(std::string_view text) {
  for (const auto kind : kKinds) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

const Sanction* find_sanction(const State& state, Kind kind, const UserId& user, UtcTime now) {
  const auto found = state.sanctions.find({kind, user});
  if (found == state.sanctions.end() || !found->second.in_force(now)) return nullptr;
  return &found->second;
}

const Sanction* find_told_sanction(const State& state, const UserId& user, UtcTime now) {
  for (const auto kind : {Kind::kBan, Kind::kTimeout, Kind::kWarning}) {
    if (const auto* const sanction = find_sanction(state, kind, user, now)) return sanction;
  }
  return nullptr;
}

void note_seen(State& state, const room::User& user, const std::string& network) {
  const auto* const known = state.seen.find(user.id.value());
  auto last = network.empty() && known != nullptr ? known->network : network;
  state.seen.put(user.id.value(), {user.name, std::move(last), user.role});
}

room::Verdict judge(State& state, const room::Facts& facts, const room::Judged& judged) {
  const auto& command = judged.command;
  note_seen(state, command.user, command.standing.network);
  if (command.user.role >= room::Role::kModerator) return {};
  if (const auto* ban = find_sanction(state, Kind::kBan, command, facts.utc)) {
    return refuse("ban", "You are banned from this room" + how_long(*ban) + because(*ban));
  }
  if (is_network_banned(state, command, facts.utc)) {
    return refuse("network", "New accounts and guests of your network are banned from this room.");
  }
  if (!judged.shown) return {};
  if (const auto* timeout = find_sanction(state, Kind::kTimeout, command, facts.utc)) {
    return refuse("timeout", "You cannot write here" + how_long(*timeout) + because(*timeout),
                  std::chrono::ceil<milliseconds>(*timeout->until - facts.utc));
  }
  if (const auto* warning = find_sanction(state, Kind::kWarning, command, facts.utc)) {
    return refuse("warning", "Say that you have read the warning to write on" + because(*warning));
  }
  if (judged.text && !judged.released) {
    if (auto verdict = judge_rates(state, facts, command); verdict.kind != VerdictKind::kPass) return verdict;
  }
  if (find_sanction(state, Kind::kShadow, command, facts.utc) != nullptr)
    return {.kind = VerdictKind::kShadow, .stage = "shadow"};
  return {};
}

Status judge_report(State& state, const room::Facts& facts, const room::Command& command) {
  if (command.user.role >= room::Role::kModerator) return success();
  if (command.name == "report" && is_network_banned(state, command, facts.utc))
    return Error{ErrorCode::kForbidden, "New accounts and guests of your network are banned from this room."};
  if (state.report_rate.try_take(command.standing.network, facts.now))
    return Error{ErrorCode::kRateLimited, "Too many reports come from your network. Try again later."};
  return success();
}

void penalise(State& state, const UserId& user, SteadyTime now) {
  auto* const known = state.penalties.find(user.value());
  Penalty penalty = known == nullptr ? Penalty{} : *known;
  if (penalty.level > 0 && now - penalty.last > kForgiven) penalty.level = 0;
  // A burst of refusals is one offence, until its penalty is served.
  if (penalty.level > 0 && penalty.until > now) return;
  penalty.level = std::min<int>(penalty.level + 1, kPenalties.size());
  penalty.last = now;
  penalty.until = now + kPenalties[static_cast<std::size_t>(penalty.level) - 1];
  state.penalties.put(user.value(), penalty);
}

bool has_place(const State& state, Kind kind, const UserId& user, UtcTime now) {
  if (has_free_place(state.sanctions, {kind, user}, now)) return true;
  const auto is_warning = [](const auto& entry) { return entry.first.first == Kind::kWarning; };
  return kind != Kind::kWarning && std::ranges::any_of(state.sanctions, is_warning);
}

bool has_place(const State& state, const std::string& network, UtcTime now) {
  return has_free_place(state.networks, network, now);
}

void sanction(State& state, Sanction sanction, bool live) {
  if (live && sanction.kind != Kind::kShadow) state.to_tell.push_back(sanction);
  auto key = std::pair(sanction.kind, sanction.user);
  make_place(state.sanctions, key, sanction.at);
  state.sanctions.insert_or_assign(std::move(key), std::move(sanction));
}

void ban_network(State& state, const std::string& network, NetworkBan ban) {
  make_place(state.networks, network, ban.at);
  state.networks.insert_or_assign(network, std::move(ban));
}

void lift(State& state, Kind kind, const UserId& user, bool live) {
  state.sanctions.erase({kind, user});
  if (kind == Kind::kShadow) state.own.erase(user);
  if (live && kind != Kind::kShadow) state.to_release.push_back(user);
}

void add_report(State& state, Report report) {
  if (state.reports.size() >= kMaxReports) {
    state.reports.erase(std::ranges::min_element(state.reports, {}, [](const auto& entry) { return entry.second.at; }));
  }
  auto id = report.id;
  state.reports.insert_or_assign(std::move(id), std::move(report));
}

}  // namespace grandstand::social::moderation
