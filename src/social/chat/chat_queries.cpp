// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <grandstand/base/text.hpp>

namespace grandstand::social::chat {

namespace {

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<MessageId> read_message_id(const std::string& name, const std::string& value) {
  auto id = parse_message_id(value);
  if (!id) return refused(name + ": \"" + value.substr(0, 40) + "\" is not a message's <epoch>:<offset>");
  return *std::move(id);
}

Result<std::string> read_words(const std::string& name, const std::string& value) {
  if (value.empty() || value.size() > 4 * kMaxSearchedCharacters || !is_valid_utf8(value)) {
    return refused(name + ": expected 1 to " + std::to_string(kMaxSearchedCharacters) + " characters");
  }
  return value;
}

}  // namespace

Result<HistoryQuery> read_history_query(const room::QueryParameters& parameters) {
  HistoryQuery query;
  for (const auto& [name, value] : parameters) {
    if (name == "limit") {
      GRANDSTAND_TRY(query.limit, read_number(name, value, 1, kMaxHistoryLimit));
    } else if (name == "before") {
      GRANDSTAND_TRY(query.before, read_message_id(name, value));
    } else {
      return unknown_parameter(name, "before and limit");
    }
  }
  return query;
}

Result<TimelineQuery> read_timeline_query(const room::QueryParameters& parameters) {
  TimelineQuery query;
  for (const auto& [name, value] : parameters) {
    GRANDSTAND_TRY(const bool is_end, query.stretch.read(name, value));
    if (is_end) continue;
    if (name == "limit") {
      GRANDSTAND_TRY(query.limit, read_number(name, value, 1, kMaxTimelineLimit));
    } else if (name == "after") {
      GRANDSTAND_TRY(query.after, read_message_id(name, value));
    } else {
      return unknown_parameter(name, "from, to, after and limit");
    }
  }
  GRANDSTAND_RETURN_IF_ERROR(query.stretch.check());
  return query;
}

Result<SearchQuery> read_search_query(const room::QueryParameters& parameters) {
  SearchQuery query;
  for (const auto& [name, value] : parameters) {
    if (name == "text") {
      GRANDSTAND_TRY(query.text, read_words(name, value));
    } else if (name == "user") {
      GRANDSTAND_TRY(query.user, read_words(name, value));
    } else if (name == "limit") {
      GRANDSTAND_TRY(query.limit, read_number(name, value, 1, kMaxHistoryLimit));
    } else if (name == "before") {
      GRANDSTAND_TRY(query.before, read_message_id(name, value));
    } else {
      return unknown_parameter(name, "text, user, before and limit");
    }
  }
  if (query.text.empty() && query.user.empty()) return refused("text and user: expected at least one of them");
  return query;
}

Result<MessageId> read_edits_query(const room::QueryParameters& parameters) {
  const auto message = parameters.find("message");
  if (parameters.size() != 1 || message == parameters.end()) return refused("expected \"message\" and nothing else");
  return read_message_id("message", message->second);
}

}  // namespace grandstand::social::chat
