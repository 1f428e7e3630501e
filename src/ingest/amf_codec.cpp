// SPDX-License-Identifier: MIT
#include "amf_codec.hpp"

#include <bit>

namespace grandstand::ingest {

namespace {

// AMF0 2.1: type markers.
enum Marker : std::uint8_t {
  kNumber = 0x00,
  kBoolean = 0x01,
  kString = 0x02,
  kObject = 0x03,
  kNull = 0x05,
  kUndefined = 0x06,
  kReference = 0x07,
  kEcmaArray = 0x08,
  kObjectEnd = 0x09,
  kStrictArray = 0x0A,
  kDate = 0x0B,
  kLongString = 0x0C,
  kUnsupported = 0x0D,
  kXmlDocument = 0x0F,
  kTypedObject = 0x10,
};

constexpr unsigned kMaxDepth = 16;
constexpr unsigned kMaxValues = 4096;

Error damaged(std::string what) {
  return Error{ErrorCode::kInvalidArgument, "damaged AMF0: " + std::move(what)};
}

void append_number(std::vector<std::uint8_t>& out, std::uint64_t value, unsigned byte_count) {
  while (byte_count-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * byte_count)));
}

// Property names are at most 65,535 bytes long (AMF0 1.3.1).
void append_name(std::vector<std::uint8_t>& out, std::string_view name) {
  name = name.substr(0, 0xFFFF);
  append_number(out, name.size(), 2);
  out.insert(out.end(), name.begin(), name.end());
}

void append_text(std::vector<std::uint8_t>& out, std::string_view text) {
  const bool is_long = text.size() > 0xFFFF;
  out.push_back(is_long ? kLongString : kString);
  append_number(out, text.size(), is_long ? 4 : 2);
  out.insert(out.end(), text.begin(), text.end());
}

void append_object(std::vector<std::uint8_t>& out, const AmfValue::Object& object) {
  out.push_back(kObject);
  for (const AmfProperty& property : object) {
    append_name(out, property.name);
    append_amf(out, property.value);
  }
  append_name(out, {});
  out.push_back(kObjectEnd);
}

}  // namespace

Result<AmfValue> AmfReader::next() {
  return read_value(0);
}

std::uint64_t AmfReader::read_number(std::size_t byte_count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < byte_count; ++i) value = (value << 8) | bytes_[position_++];
  return value;
}

Result<std::string> AmfReader::read_text(std::size_t length_bytes) {
  if (!has(length_bytes)) return damaged("a text without its length");
  const auto length = static_cast<std::size_t>(read_number(length_bytes));
  if (!has(length)) return damaged("a text ends beyond its message");
  const auto* begin = reinterpret_cast<const char*>(bytes_.data() + position_);
  position_ += length;
  return std::string(begin, length);
}

Result<AmfValue> AmfReader::read_value(unsigned depth) {
  if (depth > kMaxDepth) return damaged("nested deeper than 16 levels");
  if (++values_ > kMaxValues) return damaged("more than 4096 values");
  if (!has(1)) return damaged("a value was expected, the message ends");
  const std::uint8_t marker = bytes_[position_++];
  switch (marker) {
    case kNumber:
      if (!has(8)) return damaged("a number of less than 8 bytes");
      return AmfValue(std::bit_cast<double>(read_number(8)));
    case kBoolean:
      if (!has(1)) return damaged("a boolean without its byte");
      return AmfValue(read_number(1) != 0);
    case kString: {
      GRANDSTAND_TRY(std::string text, read_text(2));
      return AmfValue(std::move(text));
    }
    case kLongString:
    case kXmlDocument: {
      GRANDSTAND_TRY(std::string text, read_text(4));
      return AmfValue(std::move(text));
    }
    case kNull:
    case kUndefined:
    case kUnsupported:
      return AmfValue();
    case kReference:
      if (!has(2)) return damaged("a reference without its index");
      position_ += 2;
      return AmfValue();
    case kDate: {
      if (!has(10)) return damaged("a date of less than 10 bytes");
      const auto milliseconds = std::bit_cast<double>(read_number(8));
      position_ += 2;  // the time zone is reserved (AMF0 2.13)
      return AmfValue(milliseconds);
    }
    case kTypedObject: {
      GRANDSTAND_RETURN_IF_ERROR(read_text(2));
      return read_object(depth);
    }
    case kEcmaArray:
      if (!has(4)) return damaged("an array without its length");
      position_ += 4;  // a hint; the end marker counts (AMF0 2.10)
      return read_object(depth);
    case kObject:
      return read_object(depth);
    case kStrictArray:
      return read_array(depth);
    default:
      return damaged("unknown type " + std::to_string(marker));
  }
}

Result<AmfValue> AmfReader::read_object(unsigned depth) {
  AmfValue::Object object;
  while (true) {
    GRANDSTAND_TRY(std::string name, read_text(2));
    if (name.empty() && has(1) && bytes_[position_] == kObjectEnd) {
      ++position_;
      return AmfValue(std::move(object));
    }
    GRANDSTAND_TRY(AmfValue value, read_value(depth + 1));
    object.push_back({std::move(name), std::move(value)});
  }
}

Result<AmfValue> AmfReader::read_array(unsigned depth) {
  if (!has(4)) return damaged("an array without its length");
  const std::uint64_t count = read_number(4);
  AmfValue::Array array;
  for (std::uint64_t i = 0; i < count; ++i) {
    GRANDSTAND_TRY(AmfValue value, read_value(depth + 1));
    array.push_back(std::move(value));
  }
  return AmfValue(std::move(array));
}

void append_amf(std::vector<std::uint8_t>& out, const AmfValue& value) {
  if (const double* number = value.number()) {
    out.push_back(kNumber);
    append_number(out, std::bit_cast<std::uint64_t>(*number), 8);
  } else if (const bool* boolean = value.boolean()) {
    out.push_back(kBoolean);
    out.push_back(*boolean ? 1 : 0);
  } else if (const std::string* text = value.text()) {
    append_text(out, *text);
  } else if (const AmfValue::Object* object = value.object()) {
    append_object(out, *object);
  } else if (const AmfValue::Array* array = value.array()) {
    out.push_back(kStrictArray);
    append_number(out, array->size(), 4);
    for (const AmfValue& element : *array) append_amf(out, element);
  } else {
    out.push_back(kNull);
  }
}

}  // namespace grandstand::ingest
