// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

// The fields of what clients and stores give the features: each read says by its error what it expected. A field that
// is null counts as one that is not there.
namespace grandstand::social {

using Json = nlohmann::ordered_json;

inline constexpr std::int64_t kLastMillisecond = 253'402'300'799'999;  // of the year 9999

inline Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

inline Error expected(std::string_view name, std::string_view what) {
  return invalid("\"" + std::string(name) + "\" must be " + std::string(what) + ".");
}

inline Result<Json> read_object(std::string_view body) {
  auto object = Json::parse(body, nullptr, false);
  if (!object.is_object()) return expected("body", "an object");
  return object;
}

inline const Json* find(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

inline Result<std::optional<std::string>> optional_text(const Json& object, const char* name) {
  const auto* const value = find(object, name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return expected(name, "a text");
  return std::optional(value->get<std::string>());
}

inline Result<std::string> text_of(const Json& object, const char* name) {
  GRANDSTAND_TRY(auto text, optional_text(object, name));
  if (!text) return expected(name, "a text");
  return *std::move(text);
}

// A text of one line, of so many code points: what would break the line becomes a space. May be missing when it may be
// empty.
inline Result<std::string> line_of(const Json& object, const char* name, std::size_t fewest, std::size_t most) {
  const auto* const value = find(object, name);
  if (value == nullptr && fewest == 0) return std::string();
  auto line = value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  const auto length = count_code_points(line);
  if (value == nullptr || !value->is_string() || length < fewest || length > most) {
    return expected(name, "a text of " + std::to_string(fewest) + " to " + std::to_string(most) + " characters");
  }
  std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

inline Result<std::optional<bool>> optional_flag(const Json& object, const char* name) {
  const auto* const value = find(object, name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_boolean()) return expected(name, "true or false");
  return std::optional(value->get<bool>());
}

inline Result<bool> flag_of(const Json& object, const char* name) {
  GRANDSTAND_TRY(const auto flag, optional_flag(object, name));
  if (!flag) return expected(name, "true or false");
  return *flag;
}

inline Error expected_number(const char* name, std::int64_t least, std::int64_t most) {
  return expected(name, "a number from " + std::to_string(least) + " to " + std::to_string(most));
}

// Fractions are cut off.
inline Result<std::optional<std::int64_t>> optional_number(const Json& object, const char* name, std::int64_t least,
                                                           std::int64_t most) {
  const auto* const value = find(object, name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (!value->is_number()) return expected_number(name, least, most);
  const auto number = value->get<double>();
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most))) {
    return expected_number(name, least, most);
  }
  return std::optional(static_cast<std::int64_t>(number));
}

inline Result<std::int64_t> number_of(const Json& object, const char* name, std::int64_t least, std::int64_t most) {
  GRANDSTAND_TRY(const auto number, optional_number(object, name, least, most));
  if (!number) return expected_number(name, least, most);
  return *number;
}

// Of what was written here once: empty, or none, when it is not there.
inline std::string text_or_empty(const Json& object, const char* name) {
  auto text = optional_text(object, name);
  return text.ok() ? std::move(*text).value_or("") : "";
}

inline std::optional<UtcTime> time_or_none(const Json& object, const char* name) {
  const auto* const value = find(object, name);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  return from_unix_ms(value->get<std::int64_t>());
}

inline Json or_null(const std::optional<UtcTime>& time) {
  return time ? Json(to_unix_ms(*time)) : Json();
}

}  // namespace grandstand::social
