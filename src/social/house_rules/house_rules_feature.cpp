// SPDX-License-Identifier: MIT
#include "house_rules.hpp"
#include "house_rules_2_sql.hpp"
#include "house_rules_sql.hpp"

#include <grandstand/base/text.hpp>
#include <grandstand/social/personal_budget.hpp>
#include <grandstand/wording/links.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::house_rules {

namespace {

using nlohmann::json;
using room::Audience;

constexpr std::array kWordActions{"refuse", "hold", "allow"};  // as WordAction
constexpr std::array kDomainActions{"refuse", "allow"};        // as DomainAction
constexpr std::int64_t kAutomaticShieldMinutes = 10;
constexpr std::chrono::minutes kCalm{10};  // after a moderator lowered the shield
constexpr const char* kCannotBeChecked = "Your message cannot be checked now. Try again later.";

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<json> parse(std::string_view body) {
  auto object = json::parse(body, nullptr, false);
  if (!object.is_object()) return refused("\"body\" must be an object.");
  return object;
}

// Empty when there is none and none is needed.
Result<std::string> text_of(const json& body, const char* name, bool needed) {
  const auto found = body.find(name);
  if (found == body.end() && !needed) return std::string();
  if (found == body.end() || !found->is_string()) return refused("\"" + std::string(name) + "\" must be a text.");
  auto text = found->get<std::string>();
  if (count_code_points(text) > kMaxReason || (needed && text.empty())) {
    return refused("\"" + std::string(name) + "\" must have 1 to " + std::to_string(kMaxReason) + " characters.");
  }
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

json user_json(const room::User& user) {
  json body{{"id", user.id.value()}, {"name", user.name}, {"role", to_string(user.role)}};
  if (user.since) body["since"] = to_unix_ms(*user.since);
  return body;
}

// The network of the sender stays out of it: nobody has to know, and nobody needs it any more.
json held_json(const Held& held) {
  json body{{"scope", "held"},
            {"subject", held.id},
            {"reason", held.reason},
            {"command", held.command.name},
            {"author", user_json(held.command.user)},
            {"user", held.command.user.id.value()},
            {"text", held.command.text},
            {"body", held.command.body},
            {"key", held.command.key}};
  if (held.command.media_time) body["media_time"] = to_unix_ms(*held.command.media_time);
  return body;
}

Held held_of(const json& body, UtcTime at) {
  const auto author = body.value("author", json::object());
  Held held{body.value("subject", ""), {}, body.value("reason", ""), at};
  auto& command = held.command;
  command.name = body.value("command", "");
  command.user.id = UserId(author.value("id", ""));
  command.user.name = author.value("name", "");
  command.user.role = identity::parse_role(author.value("role", "")).value_or(room::Role::kGuest);
  if (author.contains("since")) command.user.since = from_unix_ms(author.value("since", std::int64_t{0}));
  if (body.contains("media_time")) command.media_time = from_unix_ms(body.value("media_time", std::int64_t{0}));
  command.body = body.value("body", "{}");
  command.key = body.value("key", "");
  command.text = body.value("text", "");
  return held;
}

class HouseRulesFeature final : public room::Feature, public room::Guard {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    know(facts);
    GRANDSTAND_TRY(const auto body, parse(command.body));
    if (command.name == "set_mode") return set_mode(facts, command, body);
    if (command.name == "set_emote") return set_emote(command, body);
    if (command.name == "set_word") return set_word(command, body);
    if (command.name == "set_link") return set_link(command, body);
    if (command.name == "nuke") return nuke(command, body);
    return decide(command, body);
  }

  void apply(const room::Event& event) override { take(event, true); }
  void on_refused(const room::Event& event) override {
    const auto body = json::parse(event.body, nullptr, false);
    const auto scope = body.value("scope", "");
    if (scope == "mode" && body.value("subject", "") == "shield") shield_changes_ = false;
    if (scope != "held") return;
    if (pending_ > 0) --pending_;
    auto held = held_of(body, event.server_time);
    held.reason = kCannotBeChecked;
    state_.to_tell.push_back(std::move(held));
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
      outcome.announcements.push_back(mode_event("shield", kAutomaticShieldMinutes, why, {}));
    } else if (state_.modes.shield && *state_.modes.shield <= facts.utc && !shield_changes_) {
      shield_changes_ = true;
      outcome.announcements.push_back(mode_event("shield", 0, "over", {}));
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
      outcome.announcements.push_back({"held", held_json(held).dump(), {}, held.command.user, Audience::kModerators});
      outcome.announcements.push_back(notice(held, "held", ""));
    }
    if (const auto said = std::exchange(state_.to_keep, {}); !said.empty()) {
      const json body{{"scope", "said"}, {"fingerprints", said}};
      outcome.announcements.push_back({"said", body.dump(), {}, {}, Audience::kNobody});
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

  std::string snapshot(const room::Facts&) const override {
    return json{{"modes", modes_json()}, {"emotes", state_.emotes}}.dump();
  }
  std::string personal(const room::Facts& facts, const room::User& user) const override {
    if (user.role < room::Role::kModerator) return {};
    json held = json::array(), words = json::object(), domains = json::object(), delayed = json::array();
    PersonalBudget budget;
    for (const auto& [id, one] : state_.held) {
      auto described = held_json(one);
      described.erase("body");
      described.erase("key");
      described["at"] = to_unix_ms(one.at);
      if (!budget.add(held, std::move(described))) break;
    }
    for (const auto& [text, action] : state_.words) words[text] = kWordActions[static_cast<std::size_t>(action)];
    for (const auto& [domain, action] : state_.domains)
      domains[domain] = kDomainActions[static_cast<std::size_t>(action)];
    for (const auto& one : state_.delayed) {
      if (!budget.add(delayed, delayed_json(one, facts))) break;
    }
    return json{{"held", held}, {"words", words}, {"links", domains}, {"delayed", delayed}}.dump();
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
    command.standing = {};
    auto id = std::to_string(to_unix_ms(facts.utc)) + "-" + std::to_string(++held_ids_);
    if (reason == kDelayReason) {
      state_.delayed.push_back({facts.now + state_.modes.delay, std::move(id), std::move(command)});
      return {{{"delayed", delayed_json(state_.delayed.back(), facts).dump(), {}, {}, Audience::kModerators}}};
    }
    if (reason == kClassifierReason) return check(facts, std::move(id), std::move(command));
    ++pending_;
    const Held held{std::move(id), std::move(command), std::move(reason), facts.utc};
    return {{{"held", held_json(held).dump(), {}, held.command.user, Audience::kModerators}}};
  }
  room::Outcome shadow(const room::Facts&, const room::Event&) override { return {}; }

 private:
  bool is_full() const { return state_.held.size() + pending_ >= kMaxHeld; }
  void know(const room::Facts& facts) { known_ = std::pair(facts.now, facts.utc); }

  // The store asks the classifier, and its answer comes with the event.
  room::Outcome check(const room::Facts& facts, std::string id, room::HeldCommand command) {
    const json body{{"scope", "check"}, {"subject", id}, {"text", command.text}};
    const bool full = state_.checking.size() >= kMaxChecking;
    auto user = command.user;
    state_.checking.insert_or_assign(id, Checking{facts.now + kLongestCheck, std::move(command)});
    if (full) checked(state_, id, std::nullopt, facts.now, facts.utc);
    if (full) return {};
    return {{{"check", body.dump(), {}, std::move(user), Audience::kNobody}}};
  }

  void take_check(const room::Event& event, const std::string& id) {
    if (!known_) return;
    const auto answer = json::parse(event.result, nullptr, false);
    std::optional<room::Classification> classification;
    if (answer.is_object() && answer.contains("severity"))
      classification = {answer.value("severity", 0), answer.value("category", "")};
    checked(state_, id, std::move(classification), known_->first, event.server_time);
  }

  static room::Announcement notice(const Held& held, const char* decision, const std::string& reason) {
    const json body{{"held", held.id}, {"decision", decision}, {"reason", reason}, {"text", held.command.text}};
    return {"notice", body.dump(), {}, {}, Audience::kUser, held.command.user.id};
  }

  json modes_json() const {
    json modes = json::object();
    for (const auto name : kModeNames) {
      if (const auto value = mode_value(state_.modes, name)) modes[std::string(name)] = *value;
    }
    modes["shield"] = state_.modes.shield ? json(to_unix_ms(*state_.modes.shield)) : json(nullptr);
    return modes;
  }

  static json delayed_json(const Delayed& delayed, const room::Facts& facts) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(delayed.release_at - facts.now);
    return {{"id", delayed.id},
            {"author", user_json(delayed.command.user)},
            {"text", delayed.command.text},
            {"release_in_ms", std::max<std::int64_t>(0, left.count())}};
  }

  static room::Announcement mode_event(const std::string& mode, std::int64_t value, const std::string& reason,
                                       std::optional<room::User> by) {
    const json body{{"scope", "mode"}, {"subject", mode}, {"value", value}, {"reason", reason}};
    return {"mode", body.dump(), {}, std::move(by)};
  }

  Result<room::Outcome> set_mode(const room::Facts& facts, const room::Command& command, const json& body) {
    GRANDSTAND_TRY(const auto mode, text_of(body, "mode", true));
    GRANDSTAND_TRY(const auto reason, text_of(body, "reason", false));
    const auto value = body.find("value");
    if (value == body.end() || !value->is_number_integer()) return refused("\"value\" must be a whole number.");
    Modes changed = state_.modes;
    GRANDSTAND_TRY(auto done, house_rules::set_mode(changed, mode, value->get<std::int64_t>(), facts.utc));
    (void)done;
    return room::Outcome{{mode_event(mode, value->get<std::int64_t>(), reason, command.user)}};
  }

  template <std::size_t N>
  static Result<std::string> action_of(const json& body, const std::array<const char*, N>& actions) {
    GRANDSTAND_TRY(auto action, text_of(body, "action", true));
    if (action != "remove" && std::ranges::find(actions, action) == actions.end()) {
      std::string all = "remove";
      for (const auto* one : actions) all += std::string(", ") + one;
      return refused("\"action\" must be one of " + all + ".");
    }
    return action;
  }

  Result<room::Outcome> set_word(const room::Command& command, const json& body) {
    GRANDSTAND_TRY(const auto text, text_of(body, "word", true));
    GRANDSTAND_TRY(const auto pattern, wording::parse_pattern(text));
    GRANDSTAND_TRY(const auto action, action_of(body, kWordActions));
    if (action != "remove" && state_.words.size() >= kMaxWords && !state_.words.contains(pattern.text)) {
      return Error{ErrorCode::kConflict, "The list has " + std::to_string(kMaxWords) + " words already."};
    }
    const json event{{"scope", "word"}, {"subject", pattern.text}, {"action", action}};
    return room::Outcome{{{"word", event.dump(), {}, command.user, Audience::kModerators}}};
  }

  Result<room::Outcome> set_link(const room::Command& command, const json& body) {
    GRANDSTAND_TRY(const auto text, text_of(body, "domain", true));
    GRANDSTAND_TRY(const auto domain, wording::registrable_domain(text));
    GRANDSTAND_TRY(const auto action, action_of(body, kDomainActions));
    if (action != "remove" && state_.domains.size() >= kMaxDomains && !state_.domains.contains(domain)) {
      return Error{ErrorCode::kConflict, "The list has " + std::to_string(kMaxDomains) + " domains already."};
    }
    const json event{{"scope", "link"}, {"subject", domain}, {"action", action}};
    return room::Outcome{{{"link", event.dump(), {}, command.user, Audience::kModerators}}};
  }

  // The picture is at /api/v1/channels/<channel>/emotes/<name>; without a version there is none any more.
  Result<room::Outcome> set_emote(const room::Command& command, const json& body) {
    GRANDSTAND_TRY(const auto name, text_of(body, "name", true));
    GRANDSTAND_TRY(const auto version, text_of(body, "version", false));
    if (name.size() < 2 || name.size() > 32 ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != name.npos) {
      return refused("\"name\" of an emote must be 2 to 32 of the letters a to z, digits and _.");
    }
    if (version.size() > 64 || version.find_first_not_of("0123456789abcdef") != version.npos)
      return refused("\"version\" must be what the upload of the picture gave.");
    if (!version.empty() && state_.emotes.size() >= kMaxEmotes && !state_.emotes.contains(name))
      return Error{ErrorCode::kConflict, "The room has " + std::to_string(kMaxEmotes) + " emotes already."};
    const json event{{"scope", "emote"}, {"subject", name}, {"version", version}};
    return room::Outcome{{{"emote", event.dump(), {}, command.user}}};
  }

  Result<room::Outcome> nuke(const room::Command& command, const json& body) {
    GRANDSTAND_TRY(const auto text, text_of(body, "text", true));
    GRANDSTAND_TRY(const auto pattern, wording::parse_pattern(text));
    auto speakers = find_speakers(state_, pattern);
    json users = json::array();
    for (const auto& user : speakers) users.push_back(user.value());
    const json event{{"scope", "nuke"}, {"subject", pattern.text}, {"users", users}};
    return room::Outcome{{{"nuked", event.dump(), {}, command.user, Audience::kModerators, {}, std::move(speakers)}}};
  }

  // release, reject
  Result<room::Outcome> decide(const room::Command& command, const json& body) {
    GRANDSTAND_TRY(const auto id, text_of(body, "held", true));
    GRANDSTAND_TRY(const auto reason, text_of(body, "reason", false));
    const bool released = command.name == "release";
    const auto delayed = std::ranges::find(state_.delayed, id, &Delayed::id);
    if (delayed != state_.delayed.end() && released) {
      room::Outcome outcome;
      outcome.released.push_back(std::move(delayed->command));
      state_.delayed.erase(delayed);
      return outcome;
    }
    json event{
        {"scope", "held"}, {"subject", id}, {"decision", released ? "released" : "rejected"}, {"reason", reason}};
    if (delayed != state_.delayed.end()) {
      event["user"] = delayed->command.user.id.value();
      event["text"] = delayed->command.text;
      state_.to_tell.push_back({id, std::move(delayed->command), reason, {}});
      state_.delayed.erase(delayed);
      return room::Outcome{{{"decided", event.dump(), {}, command.user, Audience::kModerators}}};
    }
    const auto held = state_.held.find(id);
    // Another moderator was faster: what was asked for is done.
    if (held != state_.held.end()) {
      event["user"] = held->second.command.user.id.value();
      event["text"] = held->second.command.text;
    }
    return room::Outcome{{{"decided", event.dump(), {}, command.user, Audience::kModerators}}};
  }

  void take(const room::Event& event, bool live) {
    const auto body = json::parse(event.body, nullptr, false);
    if (!body.is_object()) return;
    const auto scope = body.value("scope", ""), subject = body.value("subject", "");
    if (scope == "check") return take_check(event, subject);
    if (scope == "said") return take_said(event, live);
    auto& changed = changed_[scope + ' ' + subject];
    if (!live && changed > event.server_time) return;
    changed = event.server_time;
    if (changed_.size() > 4 * (kMaxWords + kMaxDomains + kMaxEmotes + kMaxHeld)) {
      changed_.erase(std::ranges::min_element(changed_, {}, [](const auto& entry) { return entry.second; }));
    }
    const auto name = std::string_view(event.kind).substr(event.kind.find('.') + 1);
    if (name == "mode") {
      (void)house_rules::set_mode(state_.modes, subject, body.value("value", std::int64_t{0}), event.server_time);
      if (subject == "shield") shield_changes_ = false;
      if (subject == "shield" && !state_.modes.shield && event.user) state_.calm_until = event.server_time + kCalm;
    } else if (name == "word") {
      set_entry(state_.words, subject, body.value("action", ""), kWordActions);
      if (live) rebuild_list(state_);
    } else if (name == "link") {
      set_entry(state_.domains, subject, body.value("action", ""), kDomainActions);
    } else if (name == "emote") {
      if (const auto version = body.value("version", ""); version.empty()) {
        state_.emotes.erase(subject);
      } else if (state_.emotes.size() < 2 * kMaxEmotes) {
        state_.emotes.insert_or_assign(subject, version);
      }
    } else if (name == "held") {
      if (live && pending_ > 0) --pending_;
      if (state_.held.size() < 2 * kMaxHeld) state_.held.insert_or_assign(subject, held_of(body, event.server_time));
    } else if (name == "decided") {
      decided(subject, body, live);
    }
  }

  void take_said(const room::Event& event, bool live) {
    if (live) return;  // it was taken when it was said
    for (const auto& fingerprint : fingerprints_of(event)) {
      if (state_.unique.find(fingerprint) == nullptr) state_.unique.put(fingerprint, event.server_time);
    }
  }

  void decided(const std::string& id, const json& body, bool live) {
    const auto held = state_.held.find(id);
    if (held == state_.held.end()) return;
    if (live && body.value("decision", "") == "released") state_.to_release.push_back(held->second.command);
    if (live && body.value("decision", "") == "rejected") {
      held->second.reason = body.value("reason", "");
      state_.to_tell.push_back(held->second);
    }
    state_.held.erase(held);
  }

  template <class Action, std::size_t N>
  static void set_entry(std::map<std::string, Action>& entries, const std::string& key, const std::string& action,
                        const std::array<const char*, N>& actions) {
    const auto found = std::ranges::find(actions, action);
    if (found == actions.end()) {
      entries.erase(key);
    } else {
      entries[key] = static_cast<Action>(found - actions.begin());
    }
  }

  State state_;
  std::map<std::string, UtcTime> changed_;  // "<scope> <subject>" to when it was last decided; for restore()
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
