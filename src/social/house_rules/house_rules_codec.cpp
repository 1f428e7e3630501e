// SPDX-License-Identifier: MIT
#include "house_rules_codec.hpp"

#include <grandstand/social/json_fields.hpp>
#include <grandstand/social/personal_budget.hpp>
#include <grandstand/wording/links.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace grandstand::social::house_rules {

namespace {

constexpr std::array kWordActions{"refuse", "hold", "allow"};  // as WordAction
constexpr std::array kDomainActions{"refuse", "allow"};        // as DomainAction
constexpr const char* kRemove = "remove";

Result<std::int64_t> value_of(const Json& object) {
  const auto* const value = find(object, "value");
  if (value == nullptr || !value->is_number_integer()) return expected("value", "a whole number");
  return value->get<std::int64_t>();
}

template <class Action, std::size_t N>
Result<std::optional<Action>> action_of(const Json& object, const std::array<const char*, N>& actions) {
  GRANDSTAND_TRY(const auto name, text_of(object, "action"));
  if (name == kRemove) return std::optional<Action>();
  const auto found = std::ranges::find(actions, name);
  if (found == actions.end()) {
    std::string all = kRemove;
    for (const auto* one : actions) all += std::string(", ") + one;
    return expected("action", "one of " + all);
  }
  return std::optional(static_cast<Action>(found - actions.begin()));
}

template <class Action, std::size_t N>
const char* name_of(const std::optional<Action>& action, const std::array<const char*, N>& actions) {
  return action ? actions.at(static_cast<std::size_t>(*action)) : kRemove;
}

template <class Action, std::size_t N>
Json names_of(const std::map<std::string, Action>& entries, const std::array<const char*, N>& actions) {
  std::map<std::string, const char*> names;
  for (const auto& [key, action] : entries) names[key] = name_of(std::optional(action), actions);
  return names;
}

Json describe(const room::User& user) {
  Json described{{"id", user.id.value()}, {"name", user.name}, {"role", to_string(user.role)}};
  if (user.since) described["since"] = to_unix_ms(*user.since);
  return described;
}

// The network of the sender stays out of it: nobody has to know, and nobody needs it any more.
Json describe(const Held& held) {
  Json described{{"scope", "held"},
                 {"subject", held.id},
                 {"reason", held.reason},
                 {"command", held.command.name},
                 {"author", describe(held.command.user)},
                 {"user", held.command.user.id.value()},
                 {"text", held.command.text}};
  if (held.command.media_time) described["media_time"] = to_unix_ms(*held.command.media_time);
  return described;
}

Json describe(const Delayed& delayed, SteadyTime now) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(delayed.release_at - now);
  return {{"id", delayed.id},
          {"author", describe(delayed.command.user)},
          {"text", delayed.command.text},
          {"release_in_ms", std::max<std::int64_t>(0, left.count())}};
}

Json describe(const Modes& modes) {
  auto described = Json::object();
  for (const auto name : kModeNames) {
    if (const auto value = mode_value(modes, name)) described[std::string(name)] = *value;
  }
  described["shield"] = or_null(modes.shield);
  return described;
}

Held read_held(const Json& object, UtcTime at) {
  const auto* const author = find(object, "author");
  const auto& user = author != nullptr && author->is_object() ? *author : Json::object();
  Held held{text_or_empty(object, "subject"), {}, text_or_empty(object, "reason"), at};
  auto& command = held.command;
  command.name = text_or_empty(object, "command");
  command.user.id = UserId(text_or_empty(user, "id"));
  command.user.name = text_or_empty(user, "name");
  command.user.role = identity::parse_role(text_or_empty(user, "role")).value_or(room::Role::kGuest);
  command.user.since = time_or_none(user, "since");
  command.media_time = time_or_none(object, "media_time");
  command.body = text_or_empty(object, "body");
  command.key = text_or_empty(object, "key");
  command.text = text_or_empty(object, "text");
  return held;
}

}  // namespace

Result<SetMode> decode_set_mode(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  SetMode set;
  GRANDSTAND_TRY(set.mode, line_of(object, "mode", 1, kMaxReason));
  GRANDSTAND_TRY(set.reason, line_of(object, "reason", 0, kMaxReason));
  GRANDSTAND_TRY(set.value, value_of(object));
  return set;
}

Result<SetWord> decode_set_word(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(const auto text, line_of(object, "word", 1, kMaxReason));
  GRANDSTAND_TRY(auto pattern, wording::parse_pattern(text));
  GRANDSTAND_TRY(const auto action, action_of<WordAction>(object, kWordActions));
  return SetWord{std::move(pattern.text), action};
}

Result<SetLink> decode_set_link(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(const auto text, line_of(object, "domain", 1, kMaxReason));
  GRANDSTAND_TRY(auto domain, wording::registrable_domain(text));
  GRANDSTAND_TRY(const auto action, action_of<DomainAction>(object, kDomainActions));
  return SetLink{std::move(domain), action};
}

Result<SetEmote> decode_set_emote(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  SetEmote set;
  GRANDSTAND_TRY(set.name, text_of(object, "name"));
  GRANDSTAND_TRY(set.version, line_of(object, "version", 0, kMaxReason));
  if (set.name.size() < 2 || set.name.size() > 32 ||
      set.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != set.name.npos) {
    return invalid("\"name\" of an emote must be 2 to 32 of the letters a to z, digits and _.");
  }
  if (set.version.size() > 64 || set.version.find_first_not_of("0123456789abcdef") != set.version.npos) {
    return expected("version", "what the upload of the picture gave");
  }
  return set;
}

Result<Decide> decode_decide(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Decide decide;
  GRANDSTAND_TRY(decide.held, line_of(object, "held", 1, kMaxReason));
  GRANDSTAND_TRY(decide.reason, line_of(object, "reason", 0, kMaxReason));
  return decide;
}

Result<wording::Pattern> decode_nuke(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(const auto text, line_of(object, "text", 1, kMaxReason));
  return wording::parse_pattern(text);
}

std::optional<Entry> decode_entry(const room::Event& event) {
  const auto read = read_object(event.body);
  if (!read.ok()) return std::nullopt;
  const auto& object = *read;
  auto subject = text_or_empty(object, "subject");
  Entry entry{text_or_empty(object, "scope") + ' ' + subject, {}};
  const auto name = std::string_view(event.kind).substr(event.kind.find('.') + 1);
  if (name == "mode") {
    const auto value = value_of(object);
    entry.what = SetMode{std::move(subject), value.ok() ? *value : 0, text_or_empty(object, "reason")};
  } else if (name == "word") {
    const auto action = action_of<WordAction>(object, kWordActions);
    entry.what = SetWord{std::move(subject), action.ok() ? *action : std::nullopt};
  } else if (name == "link") {
    const auto action = action_of<DomainAction>(object, kDomainActions);
    entry.what = SetLink{std::move(subject), action.ok() ? *action : std::nullopt};
  } else if (name == "emote") {
    entry.what = SetEmote{std::move(subject), text_or_empty(object, "version")};
  } else if (name == "held") {
    entry.what = read_held(object, event.server_time);
  } else if (name == "decided") {
    entry.what =
        Decide{std::move(subject), text_or_empty(object, "decision") == "released", text_or_empty(object, "reason"),
               UserId(text_or_empty(object, "user")), text_or_empty(object, "text")};
  }
  return entry;
}

std::string encode_mode(const SetMode& set) {
  return Json{{"scope", "mode"}, {"subject", set.mode}, {"value", set.value}, {"reason", set.reason}}.dump();
}

std::string encode_word(const SetWord& set) {
  return Json{{"scope", "word"}, {"subject", set.word}, {"action", name_of(set.action, kWordActions)}}.dump();
}

std::string encode_link(const SetLink& set) {
  return Json{{"scope", "link"}, {"subject", set.domain}, {"action", name_of(set.action, kDomainActions)}}.dump();
}

std::string encode_emote(const SetEmote& set) {
  return Json{{"scope", "emote"}, {"subject", set.name}, {"version", set.version}}.dump();
}

std::string encode_held(const Held& held) {
  auto described = describe(held);
  described["body"] = held.command.body;
  described["key"] = held.command.key;
  return described.dump();
}

std::string encode_decided(const Decide& decided) {
  Json event{{"scope", "held"},
             {"subject", decided.held},
             {"decision", decided.released ? "released" : "rejected"},
             {"reason", decided.reason}};
  if (!decided.user.value().empty()) {
    event["user"] = decided.user.value();
    event["text"] = decided.text;
  }
  return event.dump();
}

std::string encode_nuked(const wording::Pattern& pattern, const std::vector<UserId>& speakers) {
  auto users = Json::array();
  for (const auto& user : speakers) users.push_back(user.value());
  return Json{{"scope", "nuke"}, {"subject", pattern.text}, {"users", std::move(users)}}.dump();
}

std::string encode_check(const std::string& id, const std::string& text) {
  return Json{{"scope", "check"}, {"subject", id}, {"text", text}}.dump();
}

std::string encode_said(const std::vector<std::string>& fingerprints) {
  return Json{{"scope", "said"}, {"fingerprints", fingerprints}}.dump();
}

std::string encode_delayed(const Delayed& delayed, SteadyTime now) {
  return describe(delayed, now).dump();
}

std::string encode_notice(const Held& held, std::string_view decision, std::string_view reason) {
  return Json{{"held", held.id}, {"decision", decision}, {"reason", reason}, {"text", held.command.text}}.dump();
}

std::string encode_snapshot(const State& state) {
  return Json{{"modes", describe(state.modes)}, {"emotes", state.emotes}}.dump();
}

std::string encode_for_moderators(const State& state, SteadyTime now) {
  auto held = Json::array(), delayed = Json::array();
  PersonalBudget budget;
  for (const auto& [id, one] : state.held) {
    auto described = describe(one);
    described["at"] = to_unix_ms(one.at);
    if (!budget.add(held, std::move(described))) break;
  }
  for (const auto& one : state.delayed) {
    if (!budget.add(delayed, describe(one, now))) break;
  }
  return Json{{"held", std::move(held)},
              {"words", names_of(state.words, kWordActions)},
              {"links", names_of(state.domains, kDomainActions)},
              {"delayed", std::move(delayed)}}
      .dump();
}

room::Utterance utterance_of(const room::StoredEvent& stored) {
  const auto body = read_object(stored.event.body);
  const auto user = stored.event.user.value_or(room::User{});
  return {stored.room, user.id, user.name, body.ok() ? text_or_empty(*body, "text") : ""};
}

bool turns_classifier_on(const room::StoredEvent& stored) {
  const auto entry = decode_entry(stored.event);
  const auto* const set = entry ? std::get_if<SetMode>(&entry->what) : nullptr;
  return set != nullptr && set->mode == "classifier" && set->value != 0;
}

std::string encode_classified(const room::Classification& one) {
  return Json{{"severity", one.severity}, {"category", one.category}}.dump(-1, ' ', false,
                                                                           Json::error_handler_t::replace);
}

Checked decode_checked(const room::Event& event) {
  Checked checked;
  if (const auto asked = read_object(event.body); asked.ok()) checked.id = text_or_empty(*asked, "subject");
  const auto answer = read_object(event.result);
  if (!answer.ok()) return checked;
  const auto* const severity = find(*answer, "severity");
  if (severity == nullptr || !severity->is_number_integer()) return checked;
  checked.classification = {severity->get<int>(), text_or_empty(*answer, "category")};
  return checked;
}

std::vector<std::string> fingerprints_of(const room::Event& event) {
  std::vector<std::string> fingerprints;
  const auto body = read_object(event.body);
  const auto* const said = body.ok() ? find(*body, "fingerprints") : nullptr;
  if (said == nullptr) return fingerprints;
  for (const auto& one : *said) {
    if (one.is_string()) fingerprints.push_back(one.get<std::string>());
  }
  return fingerprints;
}

}  // namespace grandstand::social::house_rules
