// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hlscheck {

// Whole texts only: "12" and not "12s". Decimals have no exponent.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_decimal(std::string_view text);

// An attribute list of a playlist tag (bis 4.2).
struct AttributeList {
  struct Attribute {
    std::string name;
    std::string value;  // without quotation marks
    bool quoted = false;
  };
  std::vector<Attribute> all;

  const Attribute* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::string text(std::string_view name) const;  // empty when there is none
  bool yes(std::string_view name) const { return text(name) == "YES"; }
  std::optional<double> decimal(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
};

// Reads what can be read; appends a text to `faults` for each thing that is malformed.
AttributeList parse_attributes(std::string_view text, std::vector<std::string>& faults);

}  // namespace grandstand::hlscheck
