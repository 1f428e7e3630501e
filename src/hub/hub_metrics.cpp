// SPDX-License-Identifier: MIT
#include "hub_metrics.hpp"

#include <grandstand/wire/error_codes.hpp>

namespace grandstand::hub {

HubMetrics::HubMetrics(ops::Metrics& metrics, const room::FeatureCatalogue& features) : metrics_(metrics) {
  sessions = metrics.gauge("grandstand_hub_sessions", "Open sessions.");
  rooms = metrics.gauge("grandstand_hub_rooms", "Rooms that exist.");
  deliveries = metrics.counter("grandstand_fanout_deliveries_total", "Events times the sessions they were sent to.");
  malformed = metrics.counter("grandstand_hub_malformed_total", "Messages from clients that were not understood.");
  const char* const bots = "grandstand_hub_bot_refusals_total";
  const char* const bots_help = "Commands and joins of bots refused: the token is not for it, or the bot's rate.";
  tokens_refused = metrics.counter(bots, bots_help, {{"reason", "scope"}});
  bots_limited = metrics.counter(bots, bots_help, {{"reason", "rate"}});
  const char* const guesses = "grandstand_hub_guesses_total";
  const char* const guesses_help = "Codes of rooms that were wrong, or not looked at for their network tried too many.";
  wrong_guesses = metrics.counter(guesses, guesses_help, {{"outcome", "wrong"}});
  guesses_refused = metrics.counter(guesses, guesses_help, {{"outcome", "refused"}});
  doors_closed = metrics.counter("grandstand_hub_doors_closed_total",
                                 "Joins and questions refused, and members put out, for the channel is not for them.");
  rooms_refused = metrics.counter("grandstand_hub_rooms_refused_total",
                                  "Rooms that were not founded or opened, for their network has too many.");
  too_many = metrics.counter("grandstand_hub_rate_closed_total", "Sessions closed for sending too many messages.");
  const char* const forgotten_help = "What rooms forgot before its time because they remember a bounded number.";
  forgotten_keys = metrics.counter("grandstand_room_forgotten_total", forgotten_help, {{"what", "keys"}});
  forgotten_users = metrics.counter("grandstand_room_forgotten_total", forgotten_help, {{"what", "users"}});
  const std::string name = "grandstand_room_events_total";
  const std::string help = "Events that rooms announced.";
  for (const auto& entry : features.entries()) {
    names_.emplace_back(entry.spec->name);
    events.push_back(metrics.counter(name, help, {{"feature", std::string(entry.spec->name)}}));
    for (const auto& command : entry.spec->commands) {
      const auto command_name = std::string(entry.spec->name) + "." + std::string(command.name);
      carried_out_.emplace(command_name, command_counter(command_name, "ok"));
    }
  }
  events.push_back(metrics.counter(name, help, {{"feature", "room"}}));
}

void HubMetrics::count_command(std::string_view name, const Status& outcome) {
  const auto known = carried_out_.find(name);
  if (known != carried_out_.end() && outcome.ok()) {
    known->second.add();
    return;
  }
  const auto code = outcome.ok() ? "ok" : wire::wire_name(outcome.error().code);
  command_counter(known == carried_out_.end() ? "unknown" : std::string(name), code).add();
}

void HubMetrics::count_guarded(const room::GuardCount& guarded) {
  using Kind = room::Verdict::Kind;
  const char* const verdict = guarded.kind == Kind::kRefuse ? "refused"
                              : guarded.kind == Kind::kHold ? "held"
                                                            : "shadowed";
  metrics_
      .counter("grandstand_guarded_commands_total", "Commands that a guard did not let pass, by its check.",
               {{"feature", names_[guarded.feature]}, {"stage", std::string(guarded.stage)}, {"verdict", verdict}})
      .add(static_cast<double>(guarded.count));
}

ops::Counter HubMetrics::command_counter(const std::string& name, std::string_view outcome) {
  return metrics_.counter("grandstand_commands_total", "Commands by what became of them.",
                          {{"name", name}, {"outcome", std::string(outcome)}});
}

}  // namespace grandstand::hub
