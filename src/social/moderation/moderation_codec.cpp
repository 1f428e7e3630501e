// SPDX-License-Identifier: MIT
#include "moderation_codec.hpp"

#include <grandstand/social/json_fields.hpp>
#include <grandstand/social/personal_budget.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace grandstand::social::moderation {

namespace {

constexpr std::size_t kMaxShown = 200;  // sanctions that a moderator is told of

Result<UserId> user_of(const Json& object) {
  GRANDSTAND_TRY(auto user, line_of(object, "user", 3, 100));
  if (user.find(':') == user.npos) return expected("user", "a user's id, like account:7 or guest:k3f9");
  return UserId(std::move(user));
}

Result<std::optional<std::chrono::seconds>> duration_of(const Json& object, std::chrono::seconds longest) {
  const auto* const value = find(object, "seconds");
  if (value == nullptr) return std::optional<std::chrono::seconds>();
  if (!value->is_number_integer() || *value < 1 || *value > longest.count()) {
    return expected_number("seconds", 1, longest.count());
  }
  return std::optional(std::chrono::seconds(value->get<std::int64_t>()));
}

Result<std::optional<MessageId>> message_of(const Json& object) {
  const auto* const value = find(object, "message");
  if (value == nullptr) return std::optional<MessageId>();
  auto id = value->is_string() ? parse_message_id(value->get_ref<const std::string&>()) : std::nullopt;
  if (!id) return expected("message", "a message's <epoch>:<offset>");
  return id;
}

bool flag_or_false(const Json& object, const char* name) {
  const auto* const value = find(object, name);
  return value != nullptr && *value == true;
}

Json describe(const Sanction& sanction) {
  return {{"scope", to_string(sanction.kind)},
          {"subject", sanction.user.value()},
          {"name", sanction.name},
          {"until", or_null(sanction.until)},
          {"reason", sanction.reason}};
}

Json describe(const Lift& lift) {
  return {
      {"scope", to_string(lift.kind)}, {"subject", lift.user.value()}, {"name", lift.name}, {"reason", lift.reason}};
}

Json describe(const Report& report) {
  Json described{{"scope", "report"},       {"subject", report.id},      {"kind", report.kind},
                 {"by", report.by.value()}, {"by_name", report.by_name}, {"user", report.user},
                 {"name", report.name},     {"text", report.text},       {"reason", report.reason}};
  if (report.message) described["message"] = to_string(*report.message);
  return described;
}

Json describe_notice(const Sanction* sanction) {
  if (sanction == nullptr) return {{"sanction", nullptr}, {"until", nullptr}, {"reason", ""}};
  return {{"sanction", to_string(sanction->kind)}, {"until", or_null(sanction->until)}, {"reason", sanction->reason}};
}

}  // namespace

Result<Act> decode_act(std::string_view command, std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Act act;
  GRANDSTAND_TRY(act.user, user_of(object));
  if (auto name = line_of(object, "name", 0, 64); name.ok()) act.name = *std::move(name);
  if (command == "note") {
    GRANDSTAND_TRY(act.reason, line_of(object, "text", 1, kMaxText));
    return act;
  }
  GRANDSTAND_TRY(act.reason, line_of(object, "reason", command == "warn" ? 1 : 0, kMaxText));
  GRANDSTAND_TRY(act.duration, duration_of(object, command == "timeout" ? kLongestTimeout : kLongestBan));
  if (command == "timeout" && !act.duration) return expected_number("seconds", 1, kLongestTimeout.count());
  act.erase = flag_or_false(object, "erase");
  act.network = flag_or_false(object, "network");
  return act;
}

Result<Report> decode_report(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Report report{.kind = "report"};
  GRANDSTAND_TRY(report.user, line_of(object, "user", 3, 100));
  if (auto name = line_of(object, "name", 0, 64); name.ok()) report.name = *std::move(name);
  GRANDSTAND_TRY(report.text, line_of(object, "text", 0, kMaxText));
  GRANDSTAND_TRY(report.reason, line_of(object, "reason", 0, kMaxText));
  GRANDSTAND_TRY(report.message, message_of(object));
  return report;
}

Result<std::string> decode_appeal(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return line_of(object, "text", 1, kMaxText);
}

Result<Resolution> decode_resolve(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Resolution resolution;
  GRANDSTAND_TRY(resolution.report, line_of(object, "report", 1, 100));
  GRANDSTAND_TRY(resolution.reason, line_of(object, "reason", 0, kMaxText));
  resolution.upheld = flag_or_false(object, "upheld");
  return resolution;
}

std::optional<Entry> decode_entry(const room::Event& event) {
  const auto read = read_object(event.body);
  if (!read.ok()) return std::nullopt;
  const auto& object = *read;
  const auto scope = text_or_empty(object, "scope"), subject = text_or_empty(object, "subject");
  const auto kind = parse_kind(scope);
  const auto name = std::string_view(event.kind).substr(event.kind.find('.') + 1);
  Entry entry{scope + ' ' + subject, {}};
  if (name == "sanctioned" && kind) {
    entry.what = Sanction{*kind,
                          UserId(subject),
                          text_or_empty(object, "name"),
                          time_or_none(object, "until"),
                          text_or_empty(object, "reason"),
                          event.user ? event.user->name : "",
                          event.server_time};
  } else if (name == "lifted" && kind) {
    entry.what = Lift{*kind, UserId(subject), text_or_empty(object, "name"), text_or_empty(object, "reason")};
  } else if (name == "network") {
    entry.what = NetworkDecision{subject,
                                 {event.server_time, time_or_none(object, "until"),
                                  UserId(text_or_empty(object, "user")), flag_or_false(object, "lifted")},
                                 text_or_empty(object, "reason")};
  } else if (name == "reported") {
    entry.what = Report{subject,
                        text_or_empty(object, "kind"),
                        UserId(text_or_empty(object, "by")),
                        text_or_empty(object, "by_name"),
                        text_or_empty(object, "user"),
                        text_or_empty(object, "name"),
                        text_or_empty(object, "text"),
                        parse_message_id(text_or_empty(object, "message")),
                        text_or_empty(object, "reason"),
                        event.server_time};
  } else if (name == "resolved") {
    entry.what = Resolution{subject, text_or_empty(object, "decision") == "upheld", text_or_empty(object, "reason")};
  }
  return entry;
}

std::string encode_sanctioned(const Sanction& sanction, bool erase, std::optional<bool> network) {
  auto described = describe(sanction);
  described["erase"] = erase;
  if (network) described["network"] = *network;
  return described.dump();
}

std::string encode_lifted(const Lift& lift) {
  return describe(lift).dump();
}

std::string encode_acknowledged(const Lift& warning) {
  auto described = describe(warning);
  described["decision"] = "acknowledged";
  return described.dump();
}

std::string encode_network(const NetworkDecision& decision) {
  Json described{
      {"scope", "network"}, {"subject", decision.network}, {"user", decision.ban.user.value()}, {"hidden", true}};
  if (decision.ban.lifted) {
    described["lifted"] = true;
  } else {
    described["until"] = or_null(decision.ban.until);
    described["reason"] = decision.reason;
  }
  return described.dump();
}

std::string encode_erased(const Act& act) {
  return Json{{"scope", "erase"}, {"subject", act.user.value()}, {"name", act.name}, {"reason", act.reason}}.dump();
}

std::string encode_noted(const Act& act) {
  return Json{{"scope", "note"}, {"subject", act.user.value()}, {"name", act.name}, {"text", act.reason}}.dump();
}

std::string encode_reported(const Report& report) {
  return describe(report).dump();
}

std::string encode_resolved(const Resolution& resolution) {
  return Json{{"scope", "report"},
              {"subject", resolution.report},
              {"decision", resolution.upheld ? "upheld" : "dismissed"},
              {"reason", resolution.reason}}
      .dump();
}

std::string encode_shadowed(const room::Event& event) {
  return Json{{"user", event.user ? event.user->id.value() : ""},
              {"kind", event.kind},
              {"body", Json::parse(event.body, nullptr, false)}}
      .dump();
}

std::string encode_notice(const Sanction* sanction) {
  return describe_notice(sanction).dump();
}

std::string encode_personal(const Sanction* sanction, const std::deque<std::string>& own) {
  if (sanction == nullptr && own.empty()) return {};
  auto text = sanction == nullptr ? "{" : encode_notice(sanction);
  if (own.empty()) return text;
  if (text.size() > 1) text.back() = ',';
  text += "\"own\":[";
  for (const auto& event : own) {
    if (text.back() != '[') text += ',';
    text += event;
  }
  return text + "]}";
}

std::string encode_for_moderators(const State& state, UtcTime now) {
  auto sanctions = Json::array(), reports = Json::array();
  PersonalBudget budget;
  for (const auto& [id, report] : state.reports) {
    auto one = describe(report);
    one["at"] = to_unix_ms(report.at);
    if (!budget.add(reports, std::move(one))) break;
  }
  std::vector<const Sanction*> newest;
  for (const auto& [key, sanction] : state.sanctions) {
    if (sanction.in_force(now)) newest.push_back(&sanction);
  }
  std::ranges::sort(newest, std::greater(), &Sanction::at);
  budget = {};
  for (const auto* const sanction : newest) {
    auto one = describe(*sanction);
    one["by"] = sanction->by;
    one["at"] = to_unix_ms(sanction->at);
    if (sanctions.size() >= kMaxShown || !budget.add(sanctions, std::move(one))) break;
  }
  return Json{{"sanctions", std::move(sanctions)}, {"reports", std::move(reports)}}.dump();
}

}  // namespace grandstand::social::moderation
