// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

// Where a time stands in a statement: a parameter of microseconds since 1970.
#define TIME_OF(parameter) "('epoch'::timestamptz + " parameter "::bigint * interval '1 microsecond')"

namespace grandstand::storage {

// As such a parameter.
inline std::int64_t microseconds(UtcTime time) {
  return time.time_since_epoch().count();
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
