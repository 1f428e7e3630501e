// SPDX-License-Identifier: MIT
#include "attribute_list.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace grandstand::hlscheck {
namespace {

// Those whose value is a quoted-string wherever they stand.
constexpr std::array<std::string_view, 24> kQuoted = {"URI",
                                                      "ID",
                                                      "CLASS",
                                                      "START-DATE",
                                                      "END-DATE",
                                                      "GROUP-ID",
                                                      "NAME",
                                                      "LANGUAGE",
                                                      "CODECS",
                                                      "ASSOC-LANGUAGE",
                                                      "CHANNELS",
                                                      "INSTREAM-ID",
                                                      "BYTERANGE",
                                                      "CHARACTERISTICS",
                                                      "AUDIO",
                                                      "VIDEO",
                                                      "SUBTITLES",
                                                      "KEYFORMAT",
                                                      "KEYFORMATVERSIONS",
                                                      "SUPPLEMENTAL-CODECS",
                                                      "STABLE-VARIANT-ID",
                                                      "STABLE-RENDITION-ID",
                                                      "VALUE",
                                                      "IMPORT"};
constexpr std::array<std::string_view, 12> kBare = {"BANDWIDTH", "AVERAGE-BANDWIDTH", "RESOLUTION", "FRAME-RATE",
                                                    "TYPE",      "DEFAULT",           "AUTOSELECT", "FORCED",
                                                    "METHOD",    "DURATION",          "LAST-MSN",   "LAST-PART"};

bool is_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; });
}

void check_quotes(const AttributeList::Attribute& attribute, std::vector<std::string>& faults) {
  const bool must = std::ranges::find(kQuoted, attribute.name) != kQuoted.end();
  const bool must_not = std::ranges::find(kBare, attribute.name) != kBare.end();
  if (must && !attribute.quoted) faults.push_back(attribute.name + " is not a quoted string");
  if (must_not && attribute.quoted) faults.push_back(attribute.name + " is a quoted string");
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_decimal(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool starts_well = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  if (!starts_well || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const AttributeList::Attribute* AttributeList::find(std::string_view name) const {
  const auto found = std::ranges::find(all, name, &Attribute::name);
  return found == all.end() ? nullptr : &*found;
}

std::string AttributeList::text(std::string_view name) const {
  const auto* found = find(name);
  return found ? found->value : std::string();
}

std::optional<double> AttributeList::decimal(std::string_view name) const {
  const auto* found = find(name);
  return found ? parse_decimal(found->value) : std::nullopt;
}

std::optional<std::int64_t> AttributeList::integer(std::string_view name) const {
  const auto* found = find(name);
  return found ? parse_integer(found->value) : std::nullopt;
}

AttributeList parse_attributes(std::string_view text, std::vector<std::string>& faults) {
  AttributeList list;
  while (!text.empty()) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      faults.push_back("'" + std::string(text) + "' has no value");
      break;
    }
    AttributeList::Attribute attribute{std::string(text.substr(0, equals)), {}};
    text.remove_prefix(equals + 1);
    if (attribute.name.find_first_of(" \t") != std::string::npos) {
      faults.push_back("white space around the attribute '" + attribute.name + "'");
      attribute.name.erase(0, attribute.name.find_first_not_of(" \t"));
    }
    if (!is_name(attribute.name)) faults.push_back("'" + attribute.name + "' is no attribute name");
    if (text.starts_with('"')) {
      const auto close = text.find('"', 1);
      if (close == std::string_view::npos) faults.push_back(attribute.name + ": the quotation mark is never closed");
      attribute.quoted = true;
      attribute.value = text.substr(1, close == std::string_view::npos ? close : close - 1);
      text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
    } else {
      const auto comma = text.find(',');
      attribute.value = text.substr(0, comma);
      text.remove_prefix(std::min(comma, text.size()));
      if (attribute.value.empty()) faults.push_back(attribute.name + " has no value");
    }
    if (!text.empty() && text[0] != ',') {
      faults.push_back("text between the value of " + attribute.name + " and the next comma");
      text.remove_prefix(std::min(text.find(','), text.size()));
    }
    if (!text.empty()) text.remove_prefix(1);
    check_quotes(attribute, faults);
    if (list.has(attribute.name)) {
      faults.push_back(attribute.name + " stands there twice");
    } else {
      list.all.push_back(std::move(attribute));
    }
  }
  return list;
}

}  // namespace grandstand::hlscheck
