// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Times are microseconds since 1970 where C++ and SQL meet: where a parameter stands in a statement, and a column that
// is read.
#define TIME_OF(parameter) "('epoch'::timestamptz + " parameter "::bigint * interval '1 microsecond')"
#define MICROSECONDS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"
// Of what goes on to clients.
#define MILLISECONDS(column) "floor(extract(epoch FROM " column ") * 1000)::bigint"

namespace grandstand::storage {

// As such a parameter.
inline std::int64_t microseconds(UtcTime time) {
  return time.time_since_epoch().count();
}
inline std::optional<std::int64_t> microseconds(const std::optional<UtcTime>& time) {
  return time ? std::optional(microseconds(*time)) : std::nullopt;
}

// Of a field of such a column.
template <class Field>
UtcTime time_of(const Field& field) {
  return UtcTime{std::chrono::microseconds{field.template as<std::int64_t>()}};
}
template <class Field>
std::optional<UtcTime> optional_time_of(const Field& field) {
  return field.is_null() ? std::nullopt : std::optional(time_of(field));
}

// Many values as a PostgreSQL array literal: one parameter for a whole column of them.
class ArrayText {
 public:
  void add(std::string_view element) {
    separate();
    text_ += '"';
    for (const char c : element) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add_null() {
    separate();
    text_ += "NULL";
  }
  std::string finish() && { return std::move(text_) + "}"; }

 private:
  void separate() {
    if (text_.size() > 1) text_ += ',';
  }

  std::string text_ = "{";
};

// The same of a range of texts.
template <class Texts>
std::string array_text(const Texts& texts) {
  ArrayText array;
  for (const auto& text : texts) array.add(text);
  return std::move(array).finish();
}

}  // namespace grandstand::storage
