// SPDX-License-Identifier: MIT
#pragma once

#include "house_rules.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The house rules as JSON (house_rules_codec.cpp): what moderators ask for, what lies in the log, what people are told.
namespace grandstand::social::house_rules {

// Commands, and what comes of them as events of the log.
struct SetMode {
  std::string mode;
  std::int64_t value = 0;
  std::string reason;
};
struct SetWord {
  std::string word;                  // as wording::Pattern::text
  std::optional<WordAction> action;  // none: it is no word of the list any more
};
struct SetLink {
  std::string domain;                  // that can be registered
  std::optional<DomainAction> action;  // none: it is in no list any more
};
// The picture is at /api/v1/channels/<channel>/emotes/<name>.
struct SetEmote {
  std::string name;
  std::string version;  // empty: there is none any more
};
struct Decide {
  std::string held;
  bool released = false;  // else rejected
  std::string reason;
  UserId user;  // who said it, where that is known; only in the event
  std::string text;
};

Result<SetMode> decode_set_mode(std::string_view body);
Result<SetWord> decode_set_word(std::string_view body);
Result<SetLink> decode_set_link(std::string_view body);
Result<SetEmote> decode_set_emote(std::string_view body);
Result<Decide> decode_decide(std::string_view body);  // `released` is the command's name
Result<wording::Pattern> decode_nuke(std::string_view body);

// What a committed event changes in the state: nothing, for a nuke.
struct Entry {
  std::string about;  // scope and subject: the newest entry about the same holds
  std::variant<std::monostate, SetMode, SetWord, SetLink, SetEmote, Held, Decide> what;
};
std::optional<Entry> decode_entry(const room::Event& event);

std::string encode_mode(const SetMode& set);
std::string encode_word(const SetWord& set);
std::string encode_link(const SetLink& set);
std::string encode_emote(const SetEmote& set);
std::string encode_held(const Held& held);
std::string encode_decided(const Decide& decided);
std::string encode_nuked(const wording::Pattern& pattern, const std::vector<UserId>& speakers);
std::string encode_check(const std::string& id, const std::string& text);
std::string encode_said(const std::vector<std::string>& fingerprints);

// What passes, and what who joins is told.
std::string encode_delayed(const Delayed& delayed, SteadyTime now);
std::string encode_notice(const Held& held, std::string_view decision, std::string_view reason);
std::string encode_snapshot(const State& state);
std::string encode_for_moderators(const State& state, SteadyTime now);

// What the classifier is asked and the room is told of its answer.
room::Utterance utterance_of(const room::StoredEvent& stored);
bool turns_classifier_on(const room::StoredEvent& stored);
std::string encode_classified(const room::Classification& one);
// Of the event house_rules.check: what it was about, and the answer, if there was one.
struct Checked {
  std::string id;
  std::optional<room::Classification> classification;
};
Checked decode_checked(const room::Event& event);
// Of the event house_rules.said.
std::vector<std::string> fingerprints_of(const room::Event& event);

}  // namespace grandstand::social::house_rules
