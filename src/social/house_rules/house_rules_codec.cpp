// SPDX-License-Identifier: MIT
// What a classifier is asked, and what the room is told of its answer.
#include "house_rules.hpp"

#include <nlohmann/json.hpp>

namespace grandstand::social::house_rules {

using nlohmann::json;

room::Utterance utterance_of(const room::StoredEvent& stored) {
  const auto body = json::parse(stored.event.body, nullptr, false);
  const auto user = stored.event.user.value_or(room::User{});
  return {stored.room, user.id, user.name, body.is_object() ? body.value("text", "") : ""};
}

bool turns_classifier_on(const room::StoredEvent& stored) {
  const auto body = json::parse(stored.event.body, nullptr, false);
  return stored.event.kind == "house_rules.mode" && body.is_object() && body.value("subject", "") == "classifier" &&
         body.value("value", 0) != 0;
}

std::vector<std::string> fingerprints_of(const room::Event& event) {
  std::vector<std::string> fingerprints;
  const auto body = json::parse(event.body, nullptr, false);
  if (!body.is_object()) return fingerprints;
  for (const auto& one : body.value("fingerprints", json::array())) {
    if (one.is_string()) fingerprints.push_back(one.get<std::string>());
  }
  return fingerprints;
}

std::string encode_classified(const room::Classification& one) {
  return json{{"severity", one.severity}, {"category", one.category}}.dump(-1, ' ', false,
                                                                           json::error_handler_t::replace);
}

}  // namespace grandstand::social::house_rules
