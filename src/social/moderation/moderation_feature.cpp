// SPDX-License-Identifier: MIT
#include "moderation.hpp"
#include "moderation_sql.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/room/event_text.hpp>
#include <grandstand/social/personal_budget.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::moderation {

namespace {

using nlohmann::json;
using room::Audience;

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// The fields of a command's body, each checked when it is asked for.
class Fields {
 public:
  static Result<Fields> parse(std::string_view body) {
    auto object = json::parse(body, nullptr, false);
    if (!object.is_object()) return refused("\"body\" must be an object.");
    return Fields(std::move(object));
  }
  Result<std::string> text(const char* name, std::size_t fewest, std::size_t most) const {
    const auto found = object_.find(name);
    if (found == object_.end() && fewest == 0) return std::string();
    const auto wrong = [&] {
      return refused("\"" + std::string(name) + "\" must be a text of " + std::to_string(fewest) + " to " +
                     std::to_string(most) + " characters.");
    };
    if (found == object_.end() || !found->is_string()) return wrong();
    auto value = found->get<std::string>();
    const auto length = count_code_points(value);
    if (length < fewest || length > most) return wrong();
    for (auto& c : value) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return value;
  }
  Result<std::optional<std::chrono::seconds>> duration(const char* name, std::chrono::seconds longest) const {
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return std::optional<std::chrono::seconds>();
    if (!found->is_number_integer() || *found < 1 || *found > longest.count()) {
      return refused("\"" + std::string(name) + "\" must be a number from 1 to " + std::to_string(longest.count()) +
                     ".");
    }
    return std::optional(std::chrono::seconds(found->get<std::int64_t>()));
  }
  Result<std::optional<MessageId>> message(const char* name) const {
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return std::optional<MessageId>();
    auto id = found->is_string() ? parse_message_id(found->get_ref<const std::string&>()) : std::nullopt;
    if (!id) return refused("\"" + std::string(name) + "\" must be a message's <epoch>:<offset>.");
    return id;
  }
  bool flag(const char* name) const {
    const auto found = object_.find(name);
    return found != object_.end() && found->is_boolean() && found->get<bool>();
  }

 private:
  explicit Fields(json object) : object_(std::move(object)) {}
  json object_;
};

json milliseconds_of(const std::optional<UtcTime>& time) {
  return time ? json(to_unix_ms(*time)) : json(nullptr);
}

std::optional<UtcTime> time_of(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || !found->is_number_integer()) return std::nullopt;
  return from_unix_ms(found->get<std::int64_t>());
}

json to_json(const Sanction& sanction) {
  return {{"scope", to_string(sanction.kind)},
          {"subject", sanction.user.value()},
          {"name", sanction.name},
          {"until", milliseconds_of(sanction.until)},
          {"reason", sanction.reason}};
}

// What the user is told; null: nothing is against them any more.
json notice(const Sanction* sanction) {
  if (sanction == nullptr) return {{"sanction", nullptr}, {"until", nullptr}, {"reason", ""}};
  return {{"sanction", to_string(sanction->kind)},
          {"until", milliseconds_of(sanction->until)},
          {"reason", sanction->reason}};
}

json to_json(const Report& report) {
  json body{{"scope", "report"},       {"subject", report.id},      {"kind", report.kind},
            {"by", report.by.value()}, {"by_name", report.by_name}, {"user", report.user},
            {"name", report.name},     {"text", report.text},       {"reason", report.reason}};
  if (report.message) body["message"] = to_string(*report.message);
  return body;
}

class ModerationFeature final : public room::Feature, public room::Guard {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    GRANDSTAND_TRY(auto fields, Fields::parse(command.body));
    if (command.name == "acknowledge") return acknowledge(facts, command);
    if (command.name == "appeal") return appeal(facts, command, fields);
    if (command.name == "report") return report(facts, command, fields);
    if (command.name == "resolve") return resolve(command, fields);
    GRANDSTAND_TRY(auto user, fields.text("user", 3, 100));
    if (user.find(':') == user.npos) return refused("\"user\" must be a user's id, like account:7 or guest:k3f9.");
    const auto* const seen = state_.seen.find(user);
    if (command.name != "note" && command.name != "unban" && seen != nullptr && seen->role >= command.user.role &&
        seen->role >= room::Role::kModerator) {
      return Error{ErrorCode::kForbidden, seen->name + " is a " + std::string(to_string(seen->role)) + " here."};
    }
    if (command.name == "unban") return unban(facts, command, UserId(user), fields);
    if (command.name == "delete_all") return delete_all(command, user, fields);
    if (command.name == "note") return note(command, user, fields);
    return impose(facts, command, UserId(user), fields);
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
      outcome.announcements.push_back({"notice", notice(&sanction).dump(), {}, {}, Audience::kUser, sanction.user});
    }
    for (const auto& user : std::exchange(state_.to_release, {})) {
      const auto* const left = find_told_sanction(state_, user, facts.utc);
      outcome.announcements.push_back({"notice", notice(left).dump(), {}, {}, Audience::kUser, user});
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
    if (user.role >= room::Role::kModerator) return for_moderators(facts).dump();
    json body;
    if (const auto* sanction = find_told_sanction(state_, user.id, facts.utc)) body = notice(sanction);
    const auto own = state_.own.find(user.id);
    if (body.empty() && own == state_.own.end()) return {};
    std::string text = body.empty() ? "{" : body.dump();
    if (own == state_.own.end()) return text;
    if (text.size() > 1) text.back() = ',';
    text += "\"own\":[";
    for (const auto& event : own->second) {
      if (text.back() != '[') text += ',';
      text += event;
    }
    return text + "]}";
  }

  room::Guard* guard() override { return this; }
  room::Verdict judge(const room::Facts& facts, const room::Judged& judged) override {
    return moderation::judge(state_, facts, judged);
  }
  room::Outcome hold(const room::Facts&, room::HeldCommand, std::string) override { return {}; }
  room::Outcome shadow(const room::Facts& facts, const room::Event& event) override {
    if (event.offset == 0) return {};  // what passes, like typing
    const json body{{"user", event.user ? event.user->id.value() : ""},
                    {"kind", event.kind},
                    {"body", json::parse(event.body, nullptr, false)}};
    if (event.user) {
      auto& own = state_.own[event.user->id];
      own.push_back(room::event_text(facts.room, event));
      if (own.size() > kMaxOwn) own.pop_front();
    }
    return {{{"shadowed", body.dump(), {}, event.user, Audience::kModerators}}};
  }
  void exceeded(const room::Facts& facts, const room::Command& command) override {
    penalise(state_, command.user.id, facts.now);
  }

 private:
  std::string name_of(const Fields& fields, const UserId& user) {
    if (const auto* seen = state_.seen.find(user.value())) return seen->name;
    auto name = fields.text("name", 0, 64);
    return name.ok() ? *name : "";
  }

  Result<room::Outcome> impose(const room::Facts& facts, const room::Command& command, UserId user,
                               const Fields& fields) {
    const auto kind = command.name == "warn" ? Kind::kWarning : *parse_kind(command.name);
    Sanction sanction{kind, user, name_of(fields, user), {}, {}, {}, {}};
    if (user == command.user.id) return refused("That is you.");
    GRANDSTAND_TRY(sanction.reason, fields.text("reason", kind == Kind::kWarning ? 1 : 0, kMaxText));
    GRANDSTAND_TRY(auto seconds,
                   fields.duration("seconds", sanction.kind == Kind::kTimeout ? kLongestTimeout : kLongestBan));
    if (kind == Kind::kWarning) seconds.reset();
    if (!seconds && sanction.kind == Kind::kTimeout)
      return refused("\"seconds\" of a timeout must be a number from 1 to 1209600.");
    if (seconds) sanction.until = facts.utc + *seconds;
    auto body = to_json(sanction);
    body["erase"] = fields.flag("erase");
    room::Outcome outcome;
    const auto* const seen = state_.seen.find(user.value());
    // Whose network is not known is banned alone.
    const bool with_network =
        fields.flag("network") && seen != nullptr && !seen->network.empty() && !is_local_network(seen->network);
    if (fields.flag("network")) body["network"] = with_network;
    if (!has_place(state_, kind, user, facts.utc) || (with_network && !has_place(state_, seen->network, facts.utc))) {
      return Error{ErrorCode::kConflict, "This room has " + std::to_string(kMaxSanctions) +
                                             " sanctions in force, as many as it can hold: lift some first."};
    }
    if (with_network) {
      const json network{{"scope", "network"},     {"subject", seen->network},  {"user", user.value()},
                         {"until", body["until"]}, {"reason", sanction.reason}, {"hidden", true}};
      outcome.announcements.push_back({"network", network.dump(), {}, command.user, Audience::kNobody});
    }
    outcome.announcements.push_back({"sanctioned", body.dump(), {}, command.user, Audience::kModerators});
    if (fields.flag("erase")) outcome.announcements.back().erases.push_back(user);
    return outcome;
  }

  Result<room::Outcome> unban(const room::Facts& facts, const room::Command& command, UserId user,
                              const Fields& fields) {
    GRANDSTAND_TRY(auto reason, fields.text("reason", 0, kMaxText));
    room::Outcome outcome;
    for (const auto& [network, ban] : state_.networks) {
      if (ban.user != user || ban.lifted) continue;
      const json body{
          {"scope", "network"}, {"subject", network}, {"user", user.value()}, {"lifted", true}, {"hidden", true}};
      outcome.announcements.push_back({"network", body.dump(), {}, command.user, Audience::kNobody});
    }
    for (const auto kind : kKinds) {
      if (find_sanction(state_, kind, user, facts.utc) == nullptr) continue;
      const json body{
          {"scope", to_string(kind)}, {"subject", user.value()}, {"name", name_of(fields, user)}, {"reason", reason}};
      outcome.announcements.push_back({"lifted", body.dump(), {}, command.user, Audience::kModerators});
    }
    // Nothing to do is what was asked for.
    return outcome;
  }

  // Twice is once.
  Result<room::Outcome> acknowledge(const room::Facts& facts, const room::Command& command) {
    const auto& user = command.user;
    const auto* const warning = find_sanction(state_, Kind::kWarning, user.id, facts.utc);
    if (warning == nullptr) return room::Outcome{};
    const json body{{"scope", to_string(Kind::kWarning)},
                    {"subject", user.id.value()},
                    {"name", user.name},
                    {"reason", warning->reason},
                    {"decision", "acknowledged"}};
    return room::Outcome{{{"lifted", body.dump(), {}, user, Audience::kModerators}}};
  }

  Result<room::Outcome> delete_all(const room::Command& command, const std::string& user, const Fields& fields) {
    GRANDSTAND_TRY(auto reason, fields.text("reason", 0, kMaxText));
    const json body{{"scope", "erase"}, {"subject", user}, {"name", name_of(fields, UserId(user))}, {"reason", reason}};
    return room::Outcome{{{"erased", body.dump(), {}, command.user, Audience::kModerators, {}, {UserId(user)}}}};
  }

  Result<room::Outcome> note(const room::Command& command, const std::string& user, const Fields& fields) {
    GRANDSTAND_TRY(auto text, fields.text("text", 1, kMaxText));
    const json body{{"scope", "note"}, {"subject", user}, {"name", name_of(fields, UserId(user))}, {"text", text}};
    return room::Outcome{{{"noted", body.dump(), {}, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> file(const room::Facts& facts, const room::Command& command, Report report) {
    GRANDSTAND_TRY([[maybe_unused]] const auto allowed, judge_report(state_, facts, command));
    report.id = report.kind + "-" + std::to_string(to_unix_ms(facts.utc)) + "-" + std::to_string(++filed_);
    report.by = command.user.id;
    report.by_name = command.user.name;
    return room::Outcome{
        {{"reported", to_json(report).dump(), command.media_time, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> report(const room::Facts& facts, const room::Command& command, const Fields& fields) {
    Report report{.kind = "report"};
    GRANDSTAND_TRY(report.user, fields.text("user", 3, 100));
    GRANDSTAND_TRY(report.text, fields.text("text", 0, kMaxText));
    GRANDSTAND_TRY(report.reason, fields.text("reason", 0, kMaxText));
    GRANDSTAND_TRY(report.message, fields.message("message"));
    report.name = name_of(fields, UserId(report.user));
    return file(facts, command, std::move(report));
  }

  Result<room::Outcome> appeal(const room::Facts& facts, const room::Command& command, const Fields& fields) {
    Report report{.kind = "appeal", .user = command.user.id.value(), .name = command.user.name};
    GRANDSTAND_TRY(report.text, fields.text("text", 1, kMaxText));
    return file(facts, command, std::move(report));
  }

  Result<room::Outcome> resolve(const room::Command& command, const Fields& fields) {
    GRANDSTAND_TRY(auto id, fields.text("report", 1, 100));
    GRANDSTAND_TRY(auto reason, fields.text("reason", 0, kMaxText));
    const json body{{"scope", "report"},
                    {"subject", id},
                    {"decision", fields.flag("upheld") ? "upheld" : "dismissed"},
                    {"reason", reason}};
    return room::Outcome{{{"resolved", body.dump(), {}, command.user, Audience::kModerators}}};
  }

  // `live`: it happened just now. What is restored may be older than what is known.
  void take(const room::Event& event, bool live) {
    const auto body = json::parse(event.body, nullptr, false);
    if (!body.is_object()) return;
    const auto scope = body.value("scope", ""), subject = body.value("subject", "");
    auto& changed = state_.changed[scope + ' ' + subject];
    if (!live && changed > event.server_time) return;
    changed = event.server_time;
    const auto name = std::string_view(event.kind).substr(event.kind.find('.') + 1);
    const auto kind = parse_kind(scope);
    if (name == "sanctioned" && kind) {
      sanction(state_,
               {*kind, UserId(subject), body.value("name", ""), time_of(body, "until"), body.value("reason", ""),
                event.user ? event.user->name : "", event.server_time},
               live);
    } else if (name == "lifted" && kind) {
      lift(state_, *kind, UserId(subject), live);
    } else if (name == "network") {
      ban_network(
          state_, subject,
          {event.server_time, time_of(body, "until"), UserId(body.value("user", "")), body.value("lifted", false)});
    } else if (name == "reported") {
      add_report(state_, {subject, body.value("kind", ""), UserId(body.value("by", "")), body.value("by_name", ""),
                          body.value("user", ""), body.value("name", ""), body.value("text", ""),
                          parse_message_id(body.value("message", "")), body.value("reason", ""), event.server_time});
    } else if (name == "resolved") {
      state_.reports.erase(subject);
    }
    forget_old_changes();
  }

  void forget_old_changes() {
    if (state_.changed.size() <= 4 * kMaxSanctions) return;
    state_.changed.erase(std::ranges::min_element(state_.changed, {}, [](const auto& entry) { return entry.second; }));
  }

  json for_moderators(const room::Facts& facts) const {
    json sanctions = json::array(), reports = json::array();
    PersonalBudget budget;
    for (const auto& [id, report] : state_.reports) {
      auto one = to_json(report);
      one["at"] = to_unix_ms(report.at);
      if (!budget.add(reports, std::move(one))) break;
    }
    std::vector<const Sanction*> newest;
    for (const auto& [key, sanction] : state_.sanctions) {
      if (sanction.in_force(facts.utc)) newest.push_back(&sanction);
    }
    std::ranges::sort(newest, std::greater(), &Sanction::at);
    budget = {};
    for (const auto* const sanction : newest) {
      auto one = to_json(*sanction);
      one["by"] = sanction->by;
      one["at"] = to_unix_ms(sanction->at);
      if (sanctions.size() >= 200 || !budget.add(sanctions, std::move(one))) break;
    }
    return {{"sanctions", std::move(sanctions)}, {"reports", std::move(reports)}};
  }

  State state_;
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
