// SPDX-License-Identifier: MIT
#include "classifier_codec.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::app {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestCategory = 40;
constexpr double kWorst = 4;

// The worst of its categories.
room::Classification read(const json& categories) {
  room::Classification worst;
  for (const auto& [category, severity] : categories.items()) {
    if (!severity.is_number()) continue;
    // As a double until it is known to fit: an answer may hold any number.
    const auto rounded = static_cast<int>(std::lround(std::clamp(severity.get<double>(), 0.0, kWorst)));
    if (rounded > worst.severity) worst = {rounded, category.substr(0, kLongestCategory)};
  }
  return worst;
}

}  // namespace

std::string encode_question(const std::vector<room::Utterance>& utterances) {
  json messages = json::array();
  for (const auto& one : utterances) {
    messages.push_back({{"id", std::to_string(messages.size())},
                        {"room", one.room.value()},
                        {"user", one.user.value()},
                        {"name", one.name},
                        {"text", one.text}});
  }
  return json{{"messages", std::move(messages)}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::vector<room::Classification>> decode_answer(std::string_view body, std::size_t count) {
  const Error unreadable{ErrorCode::kUnavailable, "the classifier's answer cannot be read"};
  const auto answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) return unreadable;
  const auto messages = answer.find("messages");
  if (messages == answer.end() || !messages->is_array()) return unreadable;
  std::vector<room::Classification> all(count);
  std::vector<bool> judged(count);
  for (const auto& one : *messages) {
    if (!one.is_object()) return unreadable;
    const auto id = one.find("id"), categories = one.find("categories");
    if (id == one.end() || categories == one.end() || !categories->is_object()) return unreadable;
    for (std::size_t i = 0; i < count; ++i) {
      if (*id != std::to_string(i)) continue;
      all[i] = read(*categories);
      judged[i] = true;
    }
  }
  if (std::ranges::find(judged, false) != judged.end())
    return Error{ErrorCode::kUnavailable, "the classifier did not answer for every message"};
  return all;
}

}  // namespace grandstand::app
