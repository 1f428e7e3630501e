// SPDX-License-Identifier: MIT
#include "house_rules.hpp"
#include "house_rules_2_sql.hpp"
#include "house_rules_codec.hpp"
#include "house_rules_sql.hpp"

#include <grandstand/social/newest_decisions.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace grandstand::social::house_rules {

namespace {

using room::Audience;

constexpr std::int64_t kAutomaticShieldMinutes = 10;
constexpr std::chrono::minutes kCalm{10};  // after a moderator lowered the shield
constexpr const char* kCannotBeChecked = "Your message cannot be checked now. Try again later.";

class HouseRulesFeature final : public room::Feature, public room::Guard {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    know(facts);
    if (command.name == "set_mode") return set_mode(facts, command);
    if (command.name == "set_emote") return set_emote(command);
    if (command.name == "set_word") return set_word(command);
    if (command.name == "set_link") return set_link(command);
    if (command.name == "nuke") return nuke(command);
    return decide(command);
  }

  void apply(const room::Event& event) override { take(event, true); }
  void on_refused(const room::Event& event) override {
    auto entry = decode_entry(event);
    if (!entry) return;
    const auto* const mode = std::get_if<SetMode>(&entry->what);
    if (mode != nullptr && mode->mode == "shield") shield_changes_ = false;
    auto* const held = std::get_if<Held>(&entry->what);
    if (held == nullptr) return;
    if (pending_ > 0) --pending_;
    held->reason = kCannotBeChecked;
    state_.to_tell.push_back(std::move(*held));
  }
  void restore(std::span<const room::Event> events) override {
    for (const auto& event : events) take(event, false);
    rebuild_list(state_);
  }

  std::optional<SteadyTime> tick_due() const override {
    if (!state_.to_release.empty() || !state_.to_tell.empty() || !state_.to_hold.empty() || !state_.raid.empty() ||
        !state_.to_keep.empty()) {
      return SteadyTime::min();
    }
    std::optional<SteadyTime> due;
    if (!state_.delayed.empty()) due = state_.delayed.front().release_at;
    for (const auto& [id, checking] : state_.checking) due = due ? std::min(*due, checking.until) : checking.until;
    if (state_.modes.shield && !shield_changes_) {
      // Without a clock yet, a tick tells the time.
      const auto ends = known_ ? known_->first + (*state_.modes.shield - known_->second) : SteadyTime::min();
      due = due ? std::min(*due, ends) : ends;
    }
    return due;
  }

  room::Outcome tick(const room::Facts& facts) override {
    know(facts);
    room::Outcome outcome;
    if (const auto why = std::exchange(state_.raid, {}); !why.empty() && !shield_changes_) {
      shield_changes_ = true;  // until the store has it
      outcome.announcements.push_back(mode_event({"shield", kAutomaticShieldMinutes, why}, {}));
    } else if (state_.modes.shield && *state_.modes.shield <= facts.utc && !shield_changes_) {
      shield_changes_ = true;
      outcome.announcements.push_back(mode_event({"shield", 0, "over"}, {}));
    }
    give_up_checks(state_, facts.now, facts.utc);
    for (const auto& held : std::exchange(state_.to_tell, {})) {
      outcome.announcements.push_back(notice(held, "rejected", held.reason));
    }
    for (auto& held : std::exchange(state_.to_hold, {})) {
      if (is_full()) {
        outcome.announcements.push_back(notice(held, "rejected", kCannotBeChecked));
        continue;
      }
      ++pending_;
      outcome.announcements.push_back({"held", encode_held(held), {}, held.command.user, Audience::kModerators});
      outcome.announcements.push_back(notice(held, "held", ""));
    }
    if (const auto said = std::exchange(state_.to_keep, {}); !said.empty()) {
      outcome.announcements.push_back({"said", encode_said(said), {}, {}, Audience::kNobody});
    }
    outcome.released = std::exchange(state_.to_release, {});
    while (!state_.delayed.empty() && state_.delayed.front().release_at <= facts.now) {
      outcome.released.push_back(std::move(state_.delayed.front().command));
      state_.delayed.pop_front();
    }
    return outcome;
  }

  // Nobody would hear the classifier's answers, nor the end of the delay.
  room::Outcome stop(const room::Facts& facts) override {
    for (auto& [id, checking] : state_.checking) checking.until = facts.now;
    auto outcome = tick(facts);
    for (auto& delayed : std::exchange(state_.delayed, {})) outcome.released.push_back(std::move(delayed.command));
    return outcome;
  }

  std::string snapshot(const room::Facts&) const override { return encode_snapshot(state_); }
  std::string personal(const room::Facts& facts, const room::User& user) const override {
    return user.role < room::Role::kModerator ? "" : encode_for_moderators(state_, facts.now);
  }

  // What a banned user said does not come later either.
  room::Outcome erase(const room::Facts&, const UserId& user) override {
    std::erase_if(state_.delayed, [&](const Delayed& delayed) { return delayed.command.user.id == user; });
    std::erase_if(state_.checking, [&](const auto& entry) { return entry.second.command.user.id == user; });
    std::erase_if(state_.recent, [&](const Recent& recent) { return recent.user == user; });
    return {};
  }

  void on_join(const room::Facts& facts, const std::optional<room::User>& user) override {
    know(facts);
    note_join(state_, facts, user);
  }

  room::Guard* guard() override { return this; }
  bool hides_name(const room::Facts& facts, const room::User& user) const override {
    return house_rules::hides_name(state_, facts, user);
  }
  room::Verdict judge(const room::Facts& facts, const room::Judged& judged) override {
    know(facts);
    auto verdict = house_rules::judge(state_, facts, judged);
    const bool waits = verdict.reason == kDelayReason || verdict.reason == kClassifierReason;
    if (verdict.kind == room::Verdict::Kind::kHold && !waits && is_full()) {
      return {
          .kind = room::Verdict::Kind::kRefuse, .error = {ErrorCode::kForbidden, kCannotBeChecked}, .stage = "queue"};
    }
    return verdict;
  }
  void said(const room::Facts& facts, const room::Judged& judged) override {
    if (judged.text) note_message(state_, facts, judged);
  }
  room::Outcome lost(const room::Facts&, const room::HeldCommand& command, const Error& error) override {
    return {{notice({{}, command, {}, {}}, "rejected", error.message)}};
  }
  room::Outcome hold(const room::Facts& facts, room::HeldCommand command, std::string reason) override {
    command.standing = {.follower_since = {}, .network = {}, .owner = std::move(command.standing.owner)};
    auto id = std::to_string(to_unix_ms(facts.utc)) + "-" + std::to_string(++held_ids_);
    if (reason == kDelayReason) {
      state_.delayed.push_back({facts.now + state_.modes.delay, std::move(id), std::move(command)});
      return {{{"delayed", encode_delayed(state_.delayed.back(), facts.now), {}, {}, Audience::kModerators}}};
    }
    if (reason == kClassifierReason) return check(facts, std::move(id), std::move(command));
    ++pending_;
    const Held held{std::move(id), std::move(command), std::move(reason), facts.utc};
    return {{{"held", encode_held(held), {}, held.command.user, Audience::kModerators}}};
  }
  room::Outcome shadow(const room::Facts&, const room::Event&) override { return {}; }

 private:
  bool is_full() const { return state_.held.size() + pending_ >= kMaxHeld; }
  void know(const room::Facts& facts) { known_ = std::pair(facts.now, facts.utc); }

  // The store asks the classifier, and its answer comes with the event.
  room::Outcome check(const room::Facts& facts, std::string id, room::HeldCommand command) {
    const bool full = state_.checking.size() >= kMaxChecking;
    auto body = encode_check(id, command.text);
    auto user = command.user;
    state_.checking.insert_or_assign(id, Checking{facts.now + kLongestCheck, std::move(command)});
    if (full) checked(state_, id, std::nullopt, facts.now, facts.utc);
    if (full) return {};
    return {{{"check", std::move(body), {}, std::move(user), Audience::kNobody}}};
  }

  static room::Announcement notice(const Held& held, const char* decision, const std::string& reason) {
    return {"notice", encode_notice(held, decision, reason), {}, {}, Audience::kUser, held.command.user.id};
  }

  static room::Announcement mode_event(const SetMode& set, std::optional<room::User> by) {
    return {"mode", encode_mode(set), {}, std::move(by)};
  }

  static Error full(std::string_view what, std::size_t limit, std::string_view entries) {
    return {ErrorCode::kConflict,
            std::string(what) + " has " + std::to_string(limit) + " " + std::string(entries) + " already."};
  }

  Result<room::Outcome> set_mode(const room::Facts& facts, const room::Command& command) {
    GRANDSTAND_TRY(const auto set, decode_set_mode(command.body));
    Modes changed = state_.modes;
    GRANDSTAND_RETURN_IF_ERROR(house_rules::set_mode(changed, set.mode, set.value, facts.utc));
    return room::Outcome{{mode_event(set, command.user)}};
  }

  Result<room::Outcome> set_word(const room::Command& command) {
    GRANDSTAND_TRY(const auto set, decode_set_word(command.body));
    if (set.action && state_.words.size() >= kMaxWords && !state_.words.contains(set.word)) {
      return full("The list", kMaxWords, "words");
    }
    return room::Outcome{{{"word", encode_word(set), {}, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> set_link(const room::Command& command) {
    GRANDSTAND_TRY(const auto set, decode_set_link(command.body));
    if (set.action && state_.domains.size() >= kMaxDomains && !state_.domains.contains(set.domain)) {
      return full("The list", kMaxDomains, "domains");
    }
    return room::Outcome{{{"link", encode_link(set), {}, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> set_emote(const room::Command& command) {
    GRANDSTAND_TRY(const auto set, decode_set_emote(command.body));
    if (!set.version.empty() && state_.emotes.size() >= kMaxEmotes && !state_.emotes.contains(set.name)) {
      return full("The room", kMaxEmotes, "emotes");
    }
    return room::Outcome{{{"emote", encode_emote(set), {}, command.user}}};
  }

  Result<room::Outcome> nuke(const room::Command& command) {
    GRANDSTAND_TRY(const auto pattern, decode_nuke(command.body));
    auto speakers = find_speakers(state_, pattern);
    auto body = encode_nuked(pattern, speakers);
    return room::Outcome{
        {{"nuked", std::move(body), {}, command.user, Audience::kModerators, {}, std::move(speakers)}}};
  }

  // release, reject
  Result<room::Outcome> decide(const room::Command& command) {
    GRANDSTAND_TRY(auto decision, decode_decide(command.body));
    decision.released = command.name == "release";
    const auto delayed = std::ranges::find(state_.delayed, decision.held, &Delayed::id);
    const auto held = state_.held.find(decision.held);
    if (delayed != state_.delayed.end()) {
      auto said = std::move(delayed->command);
      state_.delayed.erase(delayed);
      room::Outcome outcome;
      if (decision.released) {
        outcome.released.push_back(std::move(said));
        return outcome;
      }
      decision.user = said.user.id;
      decision.text = said.text;
      state_.to_tell.push_back({decision.held, std::move(said), decision.reason, {}});
    } else if (held != state_.held.end()) {
      decision.user = held->second.command.user.id;
      decision.text = held->second.command.text;
    }  // else another moderator was faster: what was asked for is done
    return room::Outcome{{{"decided", encode_decided(decision), {}, command.user, Audience::kModerators}}};
  }

  void take(const room::Event& event, bool live) {
    if (event.kind == "house_rules.check") return take_check(event);
    if (event.kind == "house_rules.said") return take_said(event, live);
    auto entry = decode_entry(event);
    if (!entry || !newest_.take(entry->about, event.server_time, live)) return;
    std::visit([&](auto& what) { change(what, event, live); }, entry->what);
  }

  void change(const std::monostate&, const room::Event&, bool) {}

  void change(const SetMode& set, const room::Event& event, bool) {
    (void)house_rules::set_mode(state_.modes, set.mode, set.value, event.server_time);
    if (set.mode != "shield") return;
    shield_changes_ = false;
    if (!state_.modes.shield && event.user) state_.calm_until = event.server_time + kCalm;
  }

  void change(const SetWord& set, const room::Event&, bool live) {
    set_entry(state_.words, set.word, set.action);
    if (live) rebuild_list(state_);
  }

  void change(const SetLink& set, const room::Event&, bool) { set_entry(state_.domains, set.domain, set.action); }

  void change(const SetEmote& set, const room::Event&, bool) {
    if (set.version.empty()) {
      state_.emotes.erase(set.name);
    } else if (state_.emotes.size() < 2 * kMaxEmotes) {
      state_.emotes.insert_or_assign(set.name, set.version);
    }
  }

  void change(Held& held, const room::Event&, bool live) {
    if (live && pending_ > 0) --pending_;
    if (state_.held.size() >= 2 * kMaxHeld) return;
    auto id = held.id;
    state_.held.insert_or_assign(std::move(id), std::move(held));
  }

  void change(const Decide& decision, const room::Event&, bool live) {
    const auto found = state_.held.find(decision.held);
    if (found == state_.held.end()) return;
    auto held = std::move(found->second);
    state_.held.erase(found);
    if (!live) return;
    if (decision.released) return state_.to_release.push_back(std::move(held.command));
    held.reason = decision.reason;
    state_.to_tell.push_back(std::move(held));
  }

  void take_check(const room::Event& event) {
    if (!known_) return;
    auto [id, classification] = decode_checked(event);
    checked(state_, id, std::move(classification), known_->first, event.server_time);
  }

  void take_said(const room::Event& event, bool live) {
    if (live) return;  // it was taken when it was said
    for (const auto& fingerprint : fingerprints_of(event)) {
      state_.unique.find_or_put(fingerprint, event.server_time);
    }
  }

  template <class Action>
  static void set_entry(std::map<std::string, Action>& entries, const std::string& key, std::optional<Action> action) {
    if (action) {
      entries.insert_or_assign(key, *action);
    } else {
      entries.erase(key);
    }
  }

  State state_;
  NewestDecisions newest_{4 * (kMaxWords + kMaxDomains + kMaxEmotes + kMaxHeld)};
  std::optional<std::pair<SteadyTime, UtcTime>> known_;
  bool shield_changes_ = false;
  std::uint64_t held_ids_ = 0;
  std::size_t pending_ = 0;  // held, and not committed yet
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<HouseRulesFeature>();
}

using room::Durability;
using room::Role;
constexpr RateLimit kFast{.burst = 30, .per_second = 10};
constexpr std::size_t kMaxBody = 12 * kMaxReason + 1024;
constexpr std::array kCommands{
    room::CommandSpec{"set_mode", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"set_word", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"set_link", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"set_emote", Role::kModerator, kFast, 512},
    room::CommandSpec{"release", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"reject", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"nuke", Role::kModerator, kFast, kMaxBody},
};
constexpr std::array kEvents{
    room::EventSpec{"mode", Durability::kCommitted},    room::EventSpec{"word", Durability::kCommitted},
    room::EventSpec{"link", Durability::kCommitted},    room::EventSpec{"emote", Durability::kCommitted},
    room::EventSpec{"check", Durability::kCommitted},   room::EventSpec{"held", Durability::kCommitted},
    room::EventSpec{"decided", Durability::kCommitted}, room::EventSpec{"nuked", Durability::kCommitted},
    room::EventSpec{"said", Durability::kCommitted},    room::EventSpec{"delayed", Durability::kPassing},
    room::EventSpec{"notice", Durability::kPassing},
};
constexpr std::array kQueries{room::QuerySpec{"log"}};
constexpr std::array kMigrations{storage::Migration{"house_rules", 1, kHouseRulesSql},
                                 storage::Migration{"house_rules", 2, kHouseRules2Sql}};

}  // namespace

constinit const room::FeatureSpec kSpec{
    .name = "house_rules",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = kMaxWords + kMaxDomains + kMaxEmotes + kMaxHeld,
    .make = make,
    .make_store = make_store,
};

}  // namespace grandstand::social::house_rules
