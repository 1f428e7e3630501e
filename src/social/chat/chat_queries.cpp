// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <grandstand/base/text.hpp>

#include <charconv>

namespace grandstand::social::chat {

namespace {

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<std::int64_t> read_number(const std::string& name, const std::string& value, std::int64_t least,
                                 std::int64_t most) {
  std::int64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc{} || stop != end || number < least || number > most) {
    return refused(name + ": \"" + value.substr(0, 20) + "\" is not a number from " + std::to_string(least) + " to " +
                   std::to_string(most));
  }
  return number;
}

Result<MessageId> read_message_id(const std::string& name, const std::string& value) {
  auto id = parse_message_id(value);
  if (!id) return refused(name + ": \"" + value.substr(0, 40) + "\" is not a message's <epoch>:<offset>");
  return *std::move(id);
}

// Milliseconds since 1970, up to the year 2100.
Result<UtcTime> read_time(const std::string& name, const std::string& value) {
  GRANDSTAND_TRY(const auto milliseconds, read_number(name, value, 0, 4'102'444'800'000));
  return from_unix_ms(milliseconds);
}

Error unknown(const std::string& name, std::string_view known) {
  return refused("\"" + name.substr(0, 40) + "\" is unknown here; " + std::string(known) + " are known");
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
      return unknown(name, "before and limit");
    }
  }
  return query;
}

Result<TimelineQuery> read_timeline_query(const room::QueryParameters& parameters) {
  TimelineQuery query;
  for (const auto& [name, value] : parameters) {
    if (name == "from") {
      GRANDSTAND_TRY(query.from, read_time(name, value));
    } else if (name == "to") {
      GRANDSTAND_TRY(query.to, read_time(name, value));
    } else if (name == "limit") {
      GRANDSTAND_TRY(query.limit, read_number(name, value, 1, kMaxTimelineLimit));
    } else if (name == "after") {
      GRANDSTAND_TRY(query.after, read_message_id(name, value));
    } else {
      return unknown(name, "from, to, after and limit");
    }
  }
  if (query.to <= query.from) return refused("from and to: expected two times, the second one later");
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
      return unknown(name, "text, user, before and limit");
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
