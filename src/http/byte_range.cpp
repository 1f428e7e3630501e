// SPDX-License-Identifier: MIT
#include "byte_range.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include <strings.h>

namespace grandstand::http {
namespace {

// Digits only; what does not fit is as good as the largest number.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  return parse_number<std::uint64_t>(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

ByteRange parse_range(std::string_view field, std::size_t size) {
  const ByteRange whole{ByteRange::Kind::kWhole, 0, size};
  const ByteRange unsatisfiable{ByteRange::Kind::kUnsatisfiable, 0, 0};
  constexpr std::string_view kUnit = "bytes=";
  if (field.size() < kUnit.size() || strncasecmp(field.data(), kUnit.data(), kUnit.size()) != 0) return whole;
  field = trim(field.substr(kUnit.size()));
  const auto dash = field.find('-');
  if (dash == std::string_view::npos || field.find(',') != std::string_view::npos) return whole;
  const auto first_text = trim(field.substr(0, dash));
  const auto last_text = trim(field.substr(dash + 1));

  if (first_text.empty()) {
    const auto suffix = parse_position(last_text);
    if (!suffix) return whole;
    if (*suffix == 0 || size == 0) return unsatisfiable;
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(*suffix, size));
    return {ByteRange::Kind::kPart, size - length, length};
  }
  const auto first = parse_position(first_text);
  const auto last = last_text.empty() ? std::numeric_limits<std::uint64_t>::max() : parse_position(last_text);
  if (!first || !last || *last < *first) return whole;
  if (*first >= size) return unsatisfiable;
  const auto end = static_cast<std::size_t>(std::min<std::uint64_t>(*last, size - 1)) + 1;
  return {ByteRange::Kind::kPart, static_cast<std::size_t>(*first), end - static_cast<std::size_t>(*first)};
}

}  // namespace grandstand::http
