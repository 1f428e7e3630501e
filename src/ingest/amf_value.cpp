// SPDX-License-Identifier: MIT
#include "amf_value.hpp"

namespace grandstand::ingest {

AmfValue::AmfValue() = default;
AmfValue::AmfValue(double number) : state_(number) {}
AmfValue::AmfValue(bool boolean) : state_(boolean) {}
AmfValue::AmfValue(std::string text) : state_(std::move(text)) {}
AmfValue::AmfValue(const char* text) : state_(std::string(text)) {}
AmfValue::AmfValue(Object object) : state_(std::move(object)) {}
AmfValue::AmfValue(Array array) : state_(std::move(array)) {}

const AmfValue* AmfValue::find(std::string_view name) const {
  const Object* properties = object();
  if (!properties) return nullptr;
  for (const AmfProperty& property : *properties) {
    if (property.name == name) return &property.value;
  }
  return nullptr;
}

std::string_view AmfValue::text_of(std::string_view name) const {
  const AmfValue* value = find(name);
  const std::string* found = value ? value->text() : nullptr;
  return found ? std::string_view(*found) : std::string_view{};
}

}  // namespace grandstand::ingest
