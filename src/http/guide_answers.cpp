// SPDX-License-Identifier: MIT
#include "guide_answers.hpp"

#include <grandstand/wire/json_text.hpp>

#include <string_view>
#include <utility>

namespace grandstand::http {

// By hand: an answer has thousands of them, and is made on the event loop.
void append_json(std::string& out, const guide::Programme& programme) {
  using wire::append_json_string;
  out += "{\"start\":\"";
  out += to_rfc3339(programme.start);
  out += "\",\"stop\":\"";
  out += to_rfc3339(programme.stop);
  out += "\",\"title\":";
  append_json_string(out, programme.title);
  const auto add = [&out](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out += ",\"";
    out += name;
    out += "\":";
    append_json_string(out, value);
  };
  add("subtitle", programme.subtitle);
  add("description", programme.description);
  add("language", programme.language);
  if (!programme.categories.empty()) {
    out += ",\"categories\":";
    char before = '[';
    for (const auto& category : programme.categories) {
      out += std::exchange(before, ',');
      append_json_string(out, category);
    }
    out += ']';
  }
  if (!programme.credits.empty()) {
    out += ",\"credits\":";
    char before = '[';
    for (const auto& credit : programme.credits) {
      out += std::exchange(before, ',');
      out += "{\"role\":";
      append_json_string(out, credit.role);
      out += ",\"name\":";
      append_json_string(out, credit.name);
      out += '}';
    }
    out += ']';
  }
  add("date", programme.date);
  add("icon", programme.icon);
  add("episode", programme.episode);
  add("rating", programme.rating);
  add("star_rating", programme.star_rating);
  add("source", programme.source);
  out += '}';
}

const SharedBytes* GuideAnswers::find(const std::string& query, std::uint64_t version, SteadyTime now) {
  const auto* const answer = answers_.find(query);
  return answer && answer->version == version && now - answer->made < kGoodFor ? &answer->body : nullptr;
}

SharedBytes GuideAnswers::keep(const std::string& query, std::uint64_t version, SteadyTime now, std::string text) {
  SharedBytes body(std::move(text));
  answers_.put(query, {version, now, body});
  return body;
}

}  // namespace grandstand::http
