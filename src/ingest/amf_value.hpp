// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace grandstand::ingest {

struct AmfProperty;

// A value of AMF0 (Adobe, "Action Message Format -- AMF 0"). What RTMP does not need is folded: undefined is null, a
// date is its number, ECMA arrays and typed objects are objects.
class AmfValue {
 public:
  using Object = std::vector<AmfProperty>;  // in the order of the wire
  using Array = std::vector<AmfValue>;

  AmfValue();  // null
  explicit AmfValue(double number);
  explicit AmfValue(bool boolean);
  explicit AmfValue(std::string text);
  explicit AmfValue(const char* text);
  explicit AmfValue(Object object);
  explicit AmfValue(Array array);

  bool is_null() const { return std::holds_alternative<std::monostate>(state_); }
  const double* number() const { return std::get_if<double>(&state_); }
  const bool* boolean() const { return std::get_if<bool>(&state_); }
  const std::string* text() const { return std::get_if<std::string>(&state_); }
  const Object* object() const { return std::get_if<Object>(&state_); }
  const Array* array() const { return std::get_if<Array>(&state_); }

  // The property of an object; null when this is none or has none of that name.
  const AmfValue* find(std::string_view name) const;
  // The text of a property; empty when there is none.
  std::string_view text_of(std::string_view name) const;

 private:
  std::variant<std::monostate, double, bool, std::string, Object, Array> state_;
};

struct AmfProperty {
  std::string name;
  AmfValue value;
};

}  // namespace grandstand::ingest
