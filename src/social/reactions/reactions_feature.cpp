// SPDX-License-Identifier: MIT
#include "reactions.hpp"
#include "reactions_sql.hpp"

#include <grandstand/wire/json_text.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::reactions {

namespace {

// For the store alone: the room needs none of it again.
room::Announcement counted(std::span<const Mark> marks) {
  return {"counted", encode_marks(marks), {}, {}, room::Audience::kNobody};
}

class ReactionsFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    GRANDSTAND_TRY(const auto send, decode_send(command.body));
    if (command.user.role < room::Role::kModerator && network_rate_.try_take(command.standing.network, facts.now)) {
      return Error{ErrorCode::kRateLimited, "Too many reactions come from your network. Wait a moment."};
    }
    GRANDSTAND_RETURN_IF_ERROR(count(state_, facts, send, command.media_time));
    return room::Outcome{};
  }
  void apply(const room::Event& event) override {}
  void restore(std::span<const room::Event> events) override {}
  std::optional<SteadyTime> tick_due() const override { return due(state_); }
  room::Outcome tick(const room::Facts& facts) override {
    room::Outcome outcome;
    if (const auto marks = take_tally(state_, facts.now); !marks.empty()) {
      outcome.announcements.push_back({"tally", encode_marks(marks), {}, {}});
    }
    if (const auto marks = take_unkept(state_, facts.now); !marks.empty()) {
      outcome.announcements.push_back(counted(marks));
    }
    return outcome;
  }
  room::Outcome stop(const room::Facts& facts) override {
    const auto marks = take_unkept(state_);
    return marks.empty() ? room::Outcome{} : room::Outcome{{counted(marks)}};
  }
  std::string snapshot(const room::Facts& facts) const override { return "{}"; }

 private:
  State state_;
  NetworkRate network_rate_{kNetworkRate, kMaxNetworks};
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<ReactionsFeature>();
}

constexpr std::array kCommands{
    room::CommandSpec{"send", room::Role::kGuest, {.burst = 10, .per_second = 5}, 128},
};
constexpr std::array kEvents{room::EventSpec{"tally", room::Durability::kConflatable},
                             room::EventSpec{"counted", room::Durability::kCommitted}};
constexpr std::array kQueries{room::QuerySpec{"timeline"}};
constexpr std::array kMigrations{storage::Migration{"reactions", 1, kReactionsSql}};

Error not_marks() {
  return {ErrorCode::kInvalidArgument, "\"marks\" must be a list of {\"media_time\",\"reaction\",\"count\"}."};
}

Result<Mark> decode_mark(const nlohmann::json& object) {
  if (!object.is_object()) return not_marks();
  const auto time = object.find("media_time"), reaction = object.find("reaction"), count = object.find("count");
  if (time == object.end() || reaction == object.end() || count == object.end()) return not_marks();
  if (!time->is_null() && !time->is_number_integer()) return not_marks();
  if (!reaction->is_string() || !count->is_number_unsigned()) return not_marks();
  const auto* const known = std::ranges::find(kReactions, reaction->get_ref<const std::string&>());
  if (known == kReactions.end()) return not_marks();
  Mark mark{{}, *known, count->get<std::uint64_t>()};
  if (!time->is_null()) mark.media_time = from_unix_ms(time->get<std::int64_t>());
  return mark;
}

}  // namespace

Result<Send> decode_send(std::string_view body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (object.is_object()) {
    const auto reaction = object.find("reaction");
    if (reaction != object.end() && reaction->is_string()) return Send{reaction->get<std::string>()};
  }
  return Error{ErrorCode::kInvalidArgument, "\"reaction\" of reactions.send must be a string."};
}

Result<std::vector<Mark>> decode_marks(std::string_view body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object() || !object.contains("marks") || !object["marks"].is_array()) return not_marks();
  std::vector<Mark> marks;
  for (const auto& entry : object["marks"]) {
    GRANDSTAND_TRY(auto mark, decode_mark(entry));
    marks.push_back(std::move(mark));
  }
  return marks;
}

std::string encode_marks(std::span<const Mark> marks) {
  std::string body = "{\"marks\":[";
  for (const auto& mark : marks) {
    body += body.back() == '}' ? ",{\"media_time\":" : "{\"media_time\":";
    if (mark.media_time) {
      wire::append_json_number(body, to_unix_ms(*mark.media_time));
    } else {
      body += "null";
    }
    body += ",\"reaction\":";
    wire::append_json_string(body, mark.reaction);
    body += ",\"count\":";
    wire::append_json_number(body, static_cast<std::int64_t>(mark.count));
    body += '}';
  }
  body += "]}";
  return body;
}

constinit const room::FeatureSpec kSpec{
    .name = "reactions",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = 0,
    .make = make,
    .make_store = make_store,
};

}  // namespace grandstand::social::reactions
