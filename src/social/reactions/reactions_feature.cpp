// SPDX-License-Identifier: MIT
#include "reactions.hpp"

#include <grandstand/wire/json_text.hpp>

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::reactions {

namespace {

class ReactionsFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    GRANDSTAND_TRY(auto send, decode_send(command.body));
    auto counted = count(state_, send, command.media_time);
    if (!counted.ok()) return counted.error();
    return room::Outcome{};
  }
  void apply(const room::Event& event) override {}
  void restore(std::span<const room::Event> events) override {}
  std::optional<SteadyTime> tick_due() const override { return tally_due(state_); }
  room::Outcome tick(const room::Facts& facts) override {
    const auto marks = take_tally(state_, facts.now);
    if (marks.empty()) return {};
    return room::Outcome{{{"tally", encode_tally(marks), {}, {}}}};
  }
  std::string snapshot(const room::Facts& facts) const override { return "{}"; }

 private:
  State state_;
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<ReactionsFeature>();
}

constexpr std::array kCommands{
    room::CommandSpec{"send", room::Role::kGuest, {.burst = 10, .per_second = 5}, 128},
};
constexpr std::array kEvents{room::EventSpec{"tally", room::Durability::kConflatable}};

}  // namespace

Result<Send> decode_send(std::string_view body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (object.is_object()) {
    const auto reaction = object.find("reaction");
    if (reaction != object.end() && reaction->is_string()) return Send{reaction->get<std::string>()};
  }
  return Error{ErrorCode::kInvalidArgument, "\"reaction\" of reactions.send must be a string."};
}

std::string encode_tally(const std::vector<Mark>& marks) {
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
    .queries = {},
    .migrations = {},
    .restored_events = 0,
    .make = make,
    .make_store = nullptr,
};

}  // namespace grandstand::social::reactions
