// SPDX-License-Identifier: MIT
#pragma once

#include "fault_list.hpp"
#include "yaml_tree.hpp"

#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// The kinds of value that keys have. Each kind can read a field from YAML, print it as YAML that reads back as the
// same, and say what it expects:
//
//   bool read(const YamlNode& node, Field& field, const Reporter& report) const;   false: reported, the field is
//   untouched std::string print(const Field& field) const; std::string expected() const; "1s to 10s"
namespace grandstand::config {

// Adds faults about one key.
class Reporter {
 public:
  Reporter(FaultList& faults, std::string path) : faults_(faults), path_(std::move(path)) {}

  // "hls.window: '1s' is out of range; expected 6s to 10m". Returns false, for `return report(...)`.
  bool operator()(Position position, std::string_view wrong, std::string_view expected) const;
  const std::string& path() const { return path_; }

 private:
  FaultList& faults_;
  std::string path_;
};

// "2s", "500ms", "1h30m", "30d": units in falling order, each once.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string print_duration(std::chrono::milliseconds duration);

// "512B", "16KiB", "8MiB", "1GiB".
Result<std::uint64_t> parse_size(std::string_view text);
std::string print_size(std::uint64_t bytes);

Result<std::int64_t> parse_integer(std::string_view text);

// A text as YAML: plain where that is safe, in double quotes otherwise.
std::string print_text(std::string_view text);

// The scalar's text; null, reported, when something else stands there. With `plain`, quotes are a fault: a number or a
// truth value in quotes is a text.
const std::string* scalar(const YamlNode& node, const Reporter& report, std::string_view expected, bool plain);

struct Boolean {
  bool read(const YamlNode& node, bool& field, const Reporter& report) const;
  std::string print(bool field) const { return field ? "true" : "false"; }
  std::string expected() const { return "true or false"; }
};

// For integers and for optional ones ("none" when absent; cannot be written).
struct Integer {
  std::int64_t min;
  std::int64_t max;
  std::string unit = {};  // "connections"; for people

  std::optional<std::int64_t> read_value(const YamlNode& node, const Reporter& report) const;
  std::string expected() const;

  template <std::integral Field>
  bool read(const YamlNode& node, Field& field, const Reporter& report) const {
    const auto value = read_value(node, report);
    if (value) field = static_cast<Field>(*value);
    return value.has_value();
  }
  template <std::integral Field>
  bool read(const YamlNode& node, std::optional<Field>& field, const Reporter& report) const {
    Field value{};
    if (!read(node, value, report)) return false;
    field = value;
    return true;
  }
  template <std::integral Field>
  std::string print(Field field) const {
    return std::to_string(field);
  }
  template <std::integral Field>
  std::string print(const std::optional<Field>& field) const {
    return field ? std::to_string(*field) : "none";
  }
};

struct Duration {
  std::chrono::milliseconds min;
  std::chrono::milliseconds max;

  std::optional<std::chrono::milliseconds> read_value(const YamlNode& node, std::chrono::milliseconds step,
                                                      const Reporter& report) const;
  std::string expected() const;

  template <class Field>
  bool read(const YamlNode& node, Field& field, const Reporter& report) const {
    const auto value = read_value(node, Field{1}, report);
    if (value) field = std::chrono::duration_cast<Field>(*value);
    return value.has_value();
  }
  template <class Field>
  std::string print(Field field) const {
    return print_duration(field);
  }
};

struct Size {
  std::uint64_t min;
  std::uint64_t max;

  bool read(const YamlNode& node, std::size_t& field, const Reporter& report) const;
  std::string print(std::size_t field) const { return print_size(field); }
  std::string expected() const;
};

// A text whose length is counted in characters; `check` says whether it is right beyond that.
struct Text {
  std::size_t min;
  std::size_t max;
  std::string what;                           // "an IP address"; empty: "1 to 64 characters"
  bool (*check)(std::string_view) = nullptr;  // not asked about an empty text
  bool secret = false;                        // never shown in a message

  bool read(const YamlNode& node, std::string& field, const Reporter& report) const;
  bool read(const YamlNode& node, std::filesystem::path& field, const Reporter& report) const;
  template <class Tag>
  bool read(const YamlNode& node, StrongId<Tag, std::string>& field, const Reporter& report) const {
    std::string value;
    if (!read(node, value, report)) return false;
    field = StrongId<Tag, std::string>(std::move(value));
    return true;
  }
  std::string print(const std::string& field) const { return print_text(field); }
  template <class Tag>
  std::string print(const StrongId<Tag, std::string>& field) const {
    return print_text(field.value());
  }
  std::string print(const std::filesystem::path& field) const { return print_text(field.string()); }
  std::string expected() const;
};

// A list of at most `max` different values of the kind.
template <class Kind>
struct ListOf {
  Kind kind;
  std::size_t min;
  std::size_t max;

  template <class Field>
  bool read(const YamlNode& node, std::vector<Field>& field, const Reporter& report) const {
    if (node.kind != YamlNode::Kind::kSequence) return report(node.position, describe(node.kind), expected());
    if (node.items.size() < min || node.items.size() > max) {
      return report(node.position, std::to_string(node.items.size()) + " values stand here", expected());
    }
    std::vector<Field> values;
    bool right = true;
    for (const auto& item : node.items) {
      Field value{};
      if (!kind.read(*item, value, report)) {
        right = false;
      } else if (std::find(values.begin(), values.end(), value) != values.end()) {
        right = report(item->position, quote(item->text) + " stands here twice", "different values");
      } else {
        values.push_back(std::move(value));
      }
    }
    if (right) field = std::move(values);
    return right;
  }
  template <class Field>
  std::string print(const std::vector<Field>& field) const {
    std::string text;
    for (const Field& value : field) text += (text.empty() ? "" : ", ") + kind.print(value);
    return "[" + text + "]";
  }
  std::string expected() const {
    return "a list of " + std::to_string(min) + " to " + std::to_string(max) + ": " + kind.expected();
  }
};

template <class Enum>
struct Choice {
  std::vector<std::pair<std::string, Enum>> names;

  bool read(const YamlNode& node, Enum& field, const Reporter& report) const {
    const std::string* text = scalar(node, report, expected(), false);
    if (text == nullptr) return false;
    for (const auto& [name, value] : names) {
      if (name == *text) return field = value, true;
    }
    return report(node.position, quote(*text) + " is not known", expected());
  }
  std::string print(Enum field) const {
    for (const auto& [name, value] : names) {
      if (value == field) return name;
    }
    return "?";
  }
  std::string expected() const {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i].first;
    }
    return text;
  }
};

// What `Text::check` can be.
bool is_ip_address(std::string_view text);
bool is_origin(std::string_view text);    // "https://tv.example", "http://localhost:5173"
bool is_http_url(std::string_view text);  // http:// or https:// with a host
bool is_postgres_uri(std::string_view text);
bool is_channel_id(std::string_view text);
bool is_one_line(std::string_view text);  // no control characters

}  // namespace grandstand::config
