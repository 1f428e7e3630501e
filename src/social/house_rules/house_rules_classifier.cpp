// SPDX-License-Identifier: MIT
#include "house_rules.hpp"

#include <utility>

namespace grandstand::social::house_rules {
namespace {

// Why the message is held; empty: it is not.
std::string objection(const Modes& modes, const std::optional<room::Classification>& classification) {
  if (!classification) return modes.classifier_holds ? "not classified" : "";
  if (classification->severity < 5 - modes.classifier) return "";
  return "classifier: " + classification->category + " " + std::to_string(classification->severity);
}

}  // namespace

void checked(State& state, const std::string& id, std::optional<room::Classification> classification, SteadyTime now,
             UtcTime utc) {
  auto found = state.checking.extract(id);
  if (found.empty()) return;
  auto command = std::move(found.mapped().command);
  if (auto why = objection(state.modes, classification); !why.empty()) {
    state.to_hold.push_back({id, std::move(command), std::move(why), utc});
  } else if (state.modes.delay.count() > 0 && state.delayed.size() < kMaxDelayed) {
    state.delayed.push_back({now + state.modes.delay, id, std::move(command)});
  } else {
    state.to_release.push_back(std::move(command));
  }
}

void give_up_checks(State& state, SteadyTime now, UtcTime utc) {
  std::vector<std::string> late;
  for (const auto& [id, checking] : state.checking) {
    if (checking.until <= now) late.push_back(id);
  }
  for (const auto& id : late) checked(state, id, std::nullopt, now, utc);
}

}  // namespace grandstand::social::house_rules
