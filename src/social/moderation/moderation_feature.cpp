// SPDX-License-Identifier: MIT
#include "moderation.hpp"
#include "moderation_codec.hpp"
#include "moderation_sql.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/room/event_text.hpp>
#include <grandstand/social/newest_decisions.hpp>

#include <array>
#include <utility>

namespace grandstand::social::moderation {

namespace {

using room::Audience;

class ModerationFeature final : public room::Feature, public room::Guard {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    if (command.name == "acknowledge") return acknowledge(facts, command);
    if (command.name == "appeal") return appeal(facts, command);
    if (command.name == "report") return report(facts, command);
    if (command.name == "resolve") return resolve(command);
    GRANDSTAND_TRY(auto act, decode_act(command.name, command.body));
    const auto* const seen = state_.seen.find(act.user.value());
    if (command.name != "note" && command.name != "unban" && seen != nullptr && seen->role >= command.user.role &&
        seen->role >= room::Role::kModerator) {
      return Error{ErrorCode::kForbidden, seen->name + " is a " + std::string(to_string(seen->role)) + " here."};
    }
    if (seen != nullptr) act.name = seen->name;
    if (command.name == "unban") return unban(facts, command, act);
    if (command.name == "delete_all") return delete_all(command, act);
    if (command.name == "note") return tell_moderators(command, "noted", encode_noted(act));
    return impose(facts, command, act);
  }

  void apply(const room::Event& event) override { take(event, true); }
  void restore(std::span<const room::Event> events) override {
    for (const auto& event : events) take(event, false);
  }

  std::optional<SteadyTime> tick_due() const override {
    if (state_.to_tell.empty() && state_.to_release.empty()) return std::nullopt;
    return SteadyTime::min();
  }
  room::Outcome tick(const room::Facts& facts) override {
    room::Outcome outcome;
    for (const auto& sanction : std::exchange(state_.to_tell, {})) {
      outcome.announcements.push_back({"notice", encode_notice(&sanction), {}, {}, Audience::kUser, sanction.user});
    }
    for (const auto& user : std::exchange(state_.to_release, {})) {
      const auto* const left = find_told_sanction(state_, user, facts.utc);
      outcome.announcements.push_back({"notice", encode_notice(left), {}, {}, Audience::kUser, user});
    }
    return outcome;
  }
  room::Outcome erase(const room::Facts&, const UserId& user) override {
    state_.own.erase(user);
    return {};
  }

  void on_join(const room::Facts&, const std::optional<room::User>& user) override {
    if (user) note_seen(state_, *user, "");
  }
  std::string snapshot(const room::Facts&) const override { return "{}"; }
  std::string personal(const room::Facts& facts, const room::User& user) const override {
    if (user.role >= room::Role::kModerator) return encode_for_moderators(state_, facts.utc);
    const auto own = state_.own.find(user.id);
    return encode_personal(find_told_sanction(state_, user.id, facts.utc),
                           own == state_.own.end() ? std::deque<std::string>() : own->second);
  }

  room::Guard* guard() override { return this; }
  room::Verdict judge(const room::Facts& facts, const room::Judged& judged) override {
    return moderation::judge(state_, facts, judged);
  }
  room::Outcome hold(const room::Facts&, room::HeldCommand, std::string) override { return {}; }
  room::Outcome shadow(const room::Facts& facts, const room::Event& event) override {
    if (event.offset == 0) return {};  // what passes, like typing
    if (event.user) {
      auto& own = state_.own[event.user->id];
      own.push_back(room::event_text(facts.room, event));
      if (own.size() > kMaxOwn) own.pop_front();
    }
    return {{{"shadowed", encode_shadowed(event), {}, event.user, Audience::kModerators}}};
  }
  void exceeded(const room::Facts& facts, const room::Command& command) override {
    penalise(state_, command.user.id, facts.now);
  }

 private:
  static room::Outcome tell_moderators(const room::Command& command, const char* name, std::string body) {
    return {{{name, std::move(body), {}, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> impose(const room::Facts& facts, const room::Command& command, const Act& act) {
    const auto kind = command.name == "warn" ? Kind::kWarning : *parse_kind(command.name);
    if (act.user == command.user.id) return Error{ErrorCode::kInvalidArgument, "That is you."};
    Sanction sanction{kind, act.user, act.name, {}, act.reason, {}, {}};
    if (kind != Kind::kWarning && act.duration) sanction.until = facts.utc + *act.duration;
    const auto* const seen = state_.seen.find(act.user.value());
    // Whose network is not known is banned alone.
    const bool with_network =
        act.network && seen != nullptr && !seen->network.empty() && !is_local_network(seen->network);
    if (!has_place(state_, kind, act.user, facts.utc) ||
        (with_network && !has_place(state_, seen->network, facts.utc))) {
      return Error{ErrorCode::kConflict, "This room has " + std::to_string(kMaxSanctions) +
                                             " sanctions in force, as many as it can hold: lift some first."};
    }
    room::Outcome outcome;
    if (with_network) {
      announce_network(outcome, command, {seen->network, {{}, sanction.until, act.user}, act.reason});
    }
    outcome.announcements.push_back(
        {"sanctioned",
         encode_sanctioned(sanction, act.erase, act.network ? std::optional(with_network) : std::nullopt),
         {},
         command.user,
         Audience::kModerators});
    if (act.erase) outcome.announcements.back().erases.push_back(act.user);
    return outcome;
  }

  Result<room::Outcome> unban(const room::Facts& facts, const room::Command& command, const Act& act) {
    room::Outcome outcome;
    for (const auto& [network, ban] : state_.networks) {
      if (ban.user != act.user || ban.lifted) continue;
      announce_network(outcome, command, {network, {{}, {}, act.user, true}, {}});
    }
    for (const auto kind : kKinds) {
      if (find_sanction(state_, kind, act.user, facts.utc) == nullptr) continue;
      const Lift lift{kind, act.user, act.name, act.reason};
      outcome.announcements.push_back({"lifted", encode_lifted(lift), {}, command.user, Audience::kModerators});
    }
    // Nothing to do is what was asked for.
    return outcome;
  }

  static void announce_network(room::Outcome& outcome, const room::Command& command, const NetworkDecision& decision) {
    outcome.announcements.push_back({"network", encode_network(decision), {}, command.user, Audience::kNobody});
  }

  // Twice is once.
  Result<room::Outcome> acknowledge(const room::Facts& facts, const room::Command& command) {
    const auto& user = command.user;
    const auto* const warning = find_sanction(state_, Kind::kWarning, user.id, facts.utc);
    if (warning == nullptr) return room::Outcome{};
    return tell_moderators(command, "lifted",
                           encode_acknowledged({Kind::kWarning, user.id, user.name, warning->reason}));
  }

  static Result<room::Outcome> delete_all(const room::Command& command, const Act& act) {
    auto outcome = tell_moderators(command, "erased", encode_erased(act));
    outcome.announcements.back().erases.push_back(act.user);
    return outcome;
  }

  Result<room::Outcome> file(const room::Facts& facts, const room::Command& command, Report report) {
    GRANDSTAND_RETURN_IF_ERROR(judge_report(state_, facts, command));
    report.id = report.kind + "-" + std::to_string(to_unix_ms(facts.utc)) + "-" + std::to_string(++filed_);
    report.by = command.user.id;
    report.by_name = command.user.name;
    return room::Outcome{
        {{"reported", encode_reported(report), command.media_time, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> report(const room::Facts& facts, const room::Command& command) {
    GRANDSTAND_TRY(auto report, decode_report(command.body));
    if (const auto* seen = state_.seen.find(report.user)) report.name = seen->name;
    return file(facts, command, std::move(report));
  }

  Result<room::Outcome> appeal(const room::Facts& facts, const room::Command& command) {
    GRANDSTAND_TRY(auto text, decode_appeal(command.body));
    return file(
        facts, command,
        {.kind = "appeal", .user = command.user.id.value(), .name = command.user.name, .text = std::move(text)});
  }

  static Result<room::Outcome> resolve(const room::Command& command) {
    GRANDSTAND_TRY(const auto resolution, decode_resolve(command.body));
    return tell_moderators(command, "resolved", encode_resolved(resolution));
  }

  // `live`: it happened just now. What is restored may be older than what is known.
  void take(const room::Event& event, bool live) {
    auto entry = decode_entry(event);
    if (!entry || !newest_.take(entry->about, event.server_time, live)) return;
    std::visit([&](auto& what) { change(what, live); }, entry->what);
  }

  void change(const std::monostate&, bool) {}
  void change(Sanction& decided, bool live) { sanction(state_, std::move(decided), live); }
  void change(const Lift& decided, bool live) { lift(state_, decided.kind, decided.user, live); }
  void change(const NetworkDecision& decided, bool) { ban_network(state_, decided.network, decided.ban); }
  void change(Report& filed, bool) { add_report(state_, std::move(filed)); }
  void change(const Resolution& resolution, bool) { state_.reports.erase(resolution.report); }

  State state_;
  NewestDecisions newest_{4 * kMaxSanctions};
  std::uint64_t filed_ = 0;
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<ModerationFeature>();
}

using room::Durability;
using room::Role;
constexpr RateLimit kFast{.burst = 30, .per_second = 10};
constexpr std::size_t kMaxBody = 12 * kMaxText + 1024;
constexpr std::array kCommands{
    room::CommandSpec{"ban", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"timeout", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"warn", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"shadow", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"unban", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"delete_all", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"note", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"resolve", Role::kModerator, kFast, kMaxBody},
    room::CommandSpec{"report", Role::kGuest, {.burst = 3, .per_second = 0.05}, 2 * kMaxBody},
    room::CommandSpec{"acknowledge", Role::kGuest, {.burst = 3, .per_second = 0.1}, 64},
    room::CommandSpec{"appeal", Role::kGuest, {.burst = 1, .per_second = 0.01}, kMaxBody},
};
constexpr std::array kEvents{
    room::EventSpec{"sanctioned", Durability::kCommitted, true},
    room::EventSpec{"lifted", Durability::kCommitted, true},
    room::EventSpec{"network", Durability::kCommitted},
    room::EventSpec{"erased", Durability::kCommitted, true},
    room::EventSpec{"noted", Durability::kCommitted},
    room::EventSpec{"reported", Durability::kCommitted, true},
    room::EventSpec{"resolved", Durability::kCommitted, true},
    room::EventSpec{"shadowed", Durability::kPassing},
    room::EventSpec{"notice", Durability::kPassing},
};
constexpr std::array kQueries{room::QuerySpec{"log"}};
constexpr std::array kMigrations{storage::Migration{"moderation", 1, kModerationSql}};

}  // namespace

constinit const room::FeatureSpec kSpec{
    .name = "moderation",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = kMaxSanctions,
    .make = make,
    .make_store = make_store,
};

}  // namespace grandstand::social::moderation
