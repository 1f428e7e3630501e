// SPDX-License-Identifier: MIT
#pragma once

#include "moderation.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// Moderation as JSON (moderation_codec.cpp): what is asked for, what lies in the log, what people are told.
namespace grandstand::social::moderation {

// What a moderator does to somebody: ban, timeout, shadow, warn, unban, delete_all, note.
struct Act {
  UserId user;
  std::string name;    // as the moderator's client has it
  std::string reason;  // of a note: its text
  std::optional<std::chrono::seconds> duration;
  bool erase = false;    // what they said
  bool network = false;  // theirs, too
};
struct Resolution {
  std::string report;
  bool upheld = false;  // else dismissed
  std::string reason;
};

// Whether `kind` needs a reason or a duration is checked.
Result<Act> decode_act(std::string_view command, std::string_view body);
Result<Report> decode_report(std::string_view body);  // what the reporter says
Result<std::string> decode_appeal(std::string_view body);
Result<Resolution> decode_resolve(std::string_view body);

struct Lift {
  Kind kind = Kind::kBan;
  UserId user;
  std::string name;
  std::string reason;
};
struct NetworkDecision {
  std::string network;
  NetworkBan ban;
  std::string reason;
};

// What a committed event changes in the state: nothing, for a note, or when something was erased.
struct Entry {
  std::string about;  // scope and subject: the newest entry about the same holds
  std::variant<std::monostate, Sanction, Lift, NetworkDecision, Report, Resolution> what;
};
std::optional<Entry> decode_entry(const room::Event& event);

// `network`: whether theirs was banned, too, when that was asked for.
std::string encode_sanctioned(const Sanction& sanction, bool erase, std::optional<bool> network);
std::string encode_lifted(const Lift& lift);
std::string encode_acknowledged(const Lift& warning);
std::string encode_network(const NetworkDecision& decision);
std::string encode_erased(const Act& act);
std::string encode_noted(const Act& act);
std::string encode_reported(const Report& report);
std::string encode_resolved(const Resolution& resolution);

// What passes, and what who joins is told. No sanction: nothing is against them any more.
std::string encode_shadowed(const room::Event& event);
std::string encode_notice(const Sanction* sanction);
// `own`: events that nobody else saw, as on the wire. Empty when there is nothing to tell.
std::string encode_personal(const Sanction* sanction, const std::deque<std::string>& own);
std::string encode_for_moderators(const State& state, UtcTime now);

}  // namespace grandstand::social::moderation
