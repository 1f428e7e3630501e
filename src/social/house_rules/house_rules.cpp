// SPDX-License-Identifier: MIT
#include "house_rules.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/wording/links.hpp>
#include <grandstand/wording/shadow.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace grandstand::social::house_rules {

namespace {

using VerdictKind = room::Verdict::Kind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kShieldFollowers{10};
constexpr seconds kShieldSlow{30};
constexpr minutes kLongestShield{24 * 60};
constexpr minutes kLongestFollowing{129'600};
constexpr minutes kOldestAccount{129'600};
constexpr seconds kArrivalWindow{10};
constexpr double kWindowsInAWeek = 60'480;
constexpr std::size_t kRaidJoins = 50;  // in ten seconds, and
constexpr double kRaidFactor = 10;      // so many times the usual, and
constexpr double kRaidNewcomers = 0.8;  // so many of them new
constexpr seconds kDuplicateWindow{30};
constexpr std::size_t kShortestRaid = 24;   // letters
constexpr std::size_t kRaidDuplicates = 8;  // messages that are nearly the same, by
constexpr seconds kSurgeFor{120};
constexpr std::size_t kSurgeDuplicates = 3;
constexpr std::size_t kSurgeSpeakers = 3;
constexpr std::size_t kRaidSpeakers = 4;  // so many, of networks that have nothing to do with each other
constexpr std::chrono::hours kNewFor{24};

room::Verdict refuse(std::string_view stage, std::string message, std::optional<milliseconds> retry_after = {}) {
  return {.kind = VerdictKind::kRefuse,
          .error = {retry_after ? ErrorCode::kRateLimited : ErrorCode::kForbidden, std::move(message)},
          .retry_after = retry_after,
          .stage = stage};
}
room::Verdict hold(std::string_view stage, std::string reason) {
  return {.kind = VerdictKind::kHold, .reason = std::move(reason), .stage = stage};
}
bool passes(const room::Verdict& verdict) {
  return verdict.kind == VerdictKind::kPass;
}

bool is_shielded(const State& state, UtcTime now) {
  return state.modes.shield && *state.modes.shield > now;
}

room::Verdict judge_followers(minutes least, const room::Facts& facts, const room::Command& command,
                              std::string_view stage) {
  if (command.user.role >= room::Role::kMember) return {};
  const auto& since = command.standing.follower_since;
  if (since && facts.utc - *since >= least) return {};
  return refuse(stage, least.count() == 0 ? "Only followers of the channel may write here now."
                                          : "Only who follows the channel for " + std::to_string(least.count()) +
                                                " minutes may write here now.");
}

room::Verdict judge_account_age(minutes least, const room::Facts& facts, const room::User& user) {
  if (least.count() == 0 || user.role >= room::Role::kMember) return {};
  if (user.since && facts.utc - *user.since >= least) return {};
  return refuse("account_age",
                "Only accounts that are " + std::to_string(least.count()) + " minutes old may write here now.");
}

room::Verdict judge_slow(State& state, seconds slow, const room::Facts& facts, const room::Judged& judged,
                         std::string_view stage) {
  const auto* const last = state.spoke.find(judged.command.user.id.value());
  if (judged.amends || slow.count() == 0 || last == nullptr || facts.now - *last >= slow) return {};
  const auto wait = std::chrono::ceil<milliseconds>(slow - (facts.now - *last));
  return refuse(stage, "Slow mode: one message every " + std::to_string(slow.count()) + " s.", wait);
}

room::Verdict judge_account(State& state, const room::Facts& facts, const room::Judged& judged) {
  const auto& modes = state.modes;
  const auto& command = judged.command;
  if (modes.announcement) return refuse("announcement", "Only moderators may write here now.");
  if (is_shielded(state, facts.utc)) {
    if (command.user.is_guest()) return refuse("shield", "Guests may not write here for a while.");
    if (auto verdict = judge_followers(kShieldFollowers, facts, command, "shield"); !passes(verdict)) return verdict;
    if (auto verdict = judge_slow(state, kShieldSlow, facts, judged, "shield"); !passes(verdict)) return verdict;
  }
  if (modes.members && command.user.role < room::Role::kMember)
    return refuse("members", "Only members may write here now.");
  if (auto verdict = judge_account_age(modes.account_age, facts, command.user); !passes(verdict)) return verdict;
  if (modes.followers) {
    if (auto verdict = judge_followers(*modes.followers, facts, command, "followers"); !passes(verdict)) return verdict;
  }
  return judge_slow(state, modes.slow, facts, judged, "slow");
}

room::Verdict judge_links(const State& state, const room::Facts& facts, std::string_view text) {
  const auto policy = is_shielded(state, facts.utc) ? LinkPolicy::kRefused : state.modes.links;
  if (policy == LinkPolicy::kAllowed && state.domains.empty()) return {};
  bool any_unknown = false;
  for (const auto& domain : wording::find_domains(text)) {
    const auto found = state.domains.find(domain);
    if (found == state.domains.end()) {
      any_unknown = true;
    } else if (found->second == DomainAction::kRefuse) {
      return refuse("links", "Links to " + domain + " are not allowed here.");
    }
  }
  if (!any_unknown || policy == LinkPolicy::kAllowed) return {};
  if (policy == LinkPolicy::kHeld) return hold("links", "link");
  return refuse("links", "Links are not allowed here now.");
}

room::Verdict judge_words(const State& state, std::string_view text) {
  const wording::WordList::Entry* held = nullptr;
  for (const auto* entry : state.list.find(text)) {
    if (static_cast<WordAction>(entry->tag) == WordAction::kRefuse) {
      return refuse("words", "Your message contains words that are not allowed here.");
    }
    if (held == nullptr) held = entry;
  }
  return held == nullptr ? room::Verdict{} : hold("words", "word: " + held->pattern.text);
}

bool is_newcomer(const room::User& user, UtcTime now) {
  return user.is_guest() || !user.since || now - *user.since < kNewFor;
}

std::string origin_of(const room::Command& command) {
  const auto& network = command.standing.network;
  return network.empty() || is_local_network(network) ? command.user.id.value() : network_block(network);
}

room::Verdict judge_name(const State& state, const room::Facts& facts, const room::User& user) {
  if (user.role >= room::Role::kMember) return {};
  auto verdict = judge_links(state, facts, user.name);
  return passes(verdict) ? judge_words(state, user.name) : verdict;
}

// What has no text cannot wait for a moderator.
room::Verdict judge_name(const State& state, const room::Facts& facts, const room::Judged& judged) {
  const auto& user = judged.command.user;
  if (!judged.shown) return {};
  const auto verdict = judge_name(state, facts, user);
  if (verdict.kind == VerdictKind::kRefuse) return refuse("name", "Your name is not allowed here. Choose another one.");
  return passes(verdict) || !judged.text ? room::Verdict{} : hold("name", "name: " + user.name);
}

std::string fingerprint_of(const wording::Shadow& shadow) {
  return std::to_string(wording::exact_hash(shadow));
}

room::Verdict judge_unique(State& state, const room::Facts& facts, std::string_view text) {
  if (!state.modes.unique) return {};
  const auto* const said = state.unique.find(fingerprint_of(wording::make_shadow(text)));
  if (said == nullptr || facts.utc - *said >= kUniqueFor) return {};
  return refuse("unique", "This was said here before. Say something new.");
}

}  // namespace

bool hides_name(const State& state, const room::Facts& facts, const room::User& user) {
  return judge_name(state, facts, user).kind == VerdictKind::kRefuse;
}

const std::vector<std::string_view> kModeNames{"slow",   "followers",  "account_age",      "members",
                                               "emotes", "unique",     "announcement",     "delay",
                                               "links",  "classifier", "classifier_holds", "shield"};

Status set_mode(Modes& modes, std::string_view mode, std::int64_t value, UtcTime now) {
  const auto expected = [&](const char* what) {
    return Error{ErrorCode::kInvalidArgument, "\"value\" of the mode " + std::string(mode) + " must be " + what + "."};
  };
  const auto flag = [&](bool& to) -> Status {
    if (value != 0 && value != 1) return expected("0 or 1");
    to = value == 1;
    return success();
  };
  if (mode == "members") return flag(modes.members);
  if (mode == "emotes") return flag(modes.emotes);
  if (mode == "unique") return flag(modes.unique);
  if (mode == "announcement") return flag(modes.announcement);
  if (mode == "classifier_holds") return flag(modes.classifier_holds);
  if (mode == "slow") {
    if (value != 0 && (value < 3 || value > 120)) return expected("0 or 3 to 120 seconds");
    modes.slow = seconds(value);
  } else if (mode == "followers") {
    if (value < -1 || value > kLongestFollowing.count()) return expected("-1 (off) or 0 to 129600 minutes");
    modes.followers = value < 0 ? std::nullopt : std::optional(minutes(value));
  } else if (mode == "account_age") {
    if (value < 0 || value > kOldestAccount.count()) return expected("0 (off) to 129600 minutes");
    modes.account_age = minutes(value);
  } else if (mode == "delay") {
    if (value != 0 && value != 2 && value != 4 && value != 6) return expected("0, 2, 4 or 6 seconds");
    modes.delay = seconds(value);
  } else if (mode == "links") {
    if (value < 0 || value > 2) return expected("0 (allowed), 1 (held) or 2 (refused)");
    modes.links = static_cast<LinkPolicy>(value);
  } else if (mode == "classifier") {
    if (value < 0 || value > 4) return expected("0 (off) or 1 to 4");
    modes.classifier = static_cast<int>(value);
  } else if (mode == "shield") {
    if (value < 0 || value > kLongestShield.count()) return expected("0 (off) to 1440 minutes");
    modes.shield = value == 0 ? std::nullopt : std::optional(now + minutes(value));
  } else {
    return Error{ErrorCode::kInvalidArgument, "There is no mode \"" + std::string(mode) + "\"."};
  }
  return success();
}

std::optional<std::int64_t> mode_value(const Modes& modes, std::string_view mode) {
  if (mode == "members") return modes.members;
  if (mode == "emotes") return modes.emotes;
  if (mode == "unique") return modes.unique;
  if (mode == "announcement") return modes.announcement;
  if (mode == "slow") return modes.slow.count();
  if (mode == "followers") return modes.followers ? modes.followers->count() : -1;
  if (mode == "account_age") return modes.account_age.count();
  if (mode == "delay") return modes.delay.count();
  if (mode == "classifier") return modes.classifier;
  if (mode == "classifier_holds") return modes.classifier_holds;
  if (mode == "links") return static_cast<std::int64_t>(modes.links);
  return std::nullopt;
}

room::Verdict judge(State& state, const room::Facts& facts, const room::Judged& judged) {
  if (judged.command.user.role >= room::Role::kModerator) return {};
  if (!judged.text) return judge_name(state, facts, judged);
  if (auto verdict = judge_account(state, facts, judged); !passes(verdict)) return verdict;
  const auto& text = *judged.text;
  const auto known = [&](std::string_view name) { return state.emotes.contains(name); };
  if (state.modes.emotes && !wording::is_emotes_only(text, known))
    return refuse("emotes", "Only emotes may be sent here now.");
  if (auto verdict = judge_links(state, facts, text); !passes(verdict)) return verdict;
  if (auto verdict = judge_words(state, text); !passes(verdict)) return verdict;
  if (auto verdict = judge_name(state, facts, judged); !passes(verdict)) return verdict;
  if (auto verdict = judge_unique(state, facts, text); !passes(verdict)) return verdict;
  if (state.modes.classifier > 0) return hold("classifier", std::string(kClassifierReason));
  if (state.modes.delay.count() == 0) return {};
  if (state.delayed.size() >= kMaxDelayed)
    return refuse("delay", "Too many messages wait here. Try again in a moment.");
  return hold("delay", std::string(kDelayReason));
}

void note_message(State& state, const room::Facts& facts, const room::Judged& judged) {
  const auto& user = judged.command.user;
  const auto& text = *judged.text;
  if (user.role >= room::Role::kModerator) return;
  if (!judged.amends) state.spoke.put(user.id.value(), facts.now);
  const auto shadow = wording::make_shadow(text);
  auto fingerprint = fingerprint_of(shadow);
  state.unique.put(fingerprint, facts.utc);
  if (state.modes.unique && state.to_keep.size() < kMaxUnique) state.to_keep.push_back(std::move(fingerprint));
  auto& recent = state.recent;
  while (!recent.empty() && recent.size() >= kMaxRecent) recent.pop_front();
  // A crowd cheers in few words, and who is here for long pastes what everybody pastes here.
  const bool counts = shadow.letters.size() >= kShortestRaid && is_newcomer(user, facts.utc);
  const auto similarity = counts ? wording::similarity_hash(shadow) : 0;
  recent.push_back({facts.now, user.id, origin_of(judged.command), text, similarity});
  std::size_t duplicates = 0;
  std::set<std::string_view> origins;
  for (auto other = recent.rbegin(); other != recent.rend() && facts.now - other->at <= kDuplicateWindow; ++other) {
    if (!wording::are_near_duplicates(other->similarity, recent.back().similarity)) continue;
    ++duplicates;
    origins.insert(other->origin);
  }
  const bool surge = facts.now < state.arrivals.surge_until;
  if (is_shielded(state, facts.utc) || facts.utc < state.calm_until ||
      duplicates < (surge ? kSurgeDuplicates : kRaidDuplicates) ||
      origins.size() < (surge ? kSurgeSpeakers : kRaidSpeakers)) {
    return;
  }
  state.raid = surge ? "many newcomers who say nearly the same" : "many messages that are nearly the same";
}

void note_join(State& state, const room::Facts& facts, const std::optional<room::User>& user) {
  auto& arrivals = state.arrivals;
  const auto passed = facts.now - arrivals.since;
  if (arrivals.since == SteadyTime{} || passed >= kArrivalWindow) {
    // The mean, and after a week one with a week's memory.
    if (arrivals.since != SteadyTime{}) {
      const auto windows = std::min(static_cast<double>(passed / kArrivalWindow), kWindowsInAWeek);
      arrivals.windows = std::min(arrivals.windows + windows, kWindowsInAWeek);
      arrivals.usual += (static_cast<double>(arrivals.joins) - windows * arrivals.usual) / arrivals.windows;
    }
    arrivals = {facts.now, 0, 0, arrivals.usual, arrivals.windows, arrivals.surge_until};
  }
  ++arrivals.joins;
  if (user && user->role >= room::Role::kMember) return;
  if (user && is_newcomer(*user, facts.utc)) ++arrivals.newcomers;
  const auto joins = static_cast<double>(arrivals.joins);
  const bool surge = arrivals.joins >= kRaidJoins && arrivals.usual > 0 && joins >= kRaidFactor * arrivals.usual;
  if (surge && static_cast<double>(arrivals.newcomers) >= kRaidNewcomers * joins) {
    arrivals.surge_until = facts.now + kSurgeFor;
  }
}

std::vector<UserId> find_speakers(const State& state, const wording::Pattern& pattern) {
  const wording::WordList list({{pattern}});
  std::set<UserId> speakers;
  for (const auto& recent : state.recent) {
    if (!list.find(recent.text).empty()) speakers.insert(recent.user);
  }
  return {speakers.begin(), speakers.end()};
}

void rebuild_list(State& state) {
  std::vector<wording::WordList::Entry> entries;
  for (const auto& [text, action] : state.words) {
    auto pattern = wording::parse_pattern(text);
    if (pattern.ok()) entries.push_back({std::move(*pattern), static_cast<int>(action), action == WordAction::kAllow});
  }
  state.list = wording::WordList(std::move(entries));
}

}  // namespace grandstand::social::house_rules
