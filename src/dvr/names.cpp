// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace grandstand::dvr {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take_text(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count || !std::all_of(text.begin(), text.begin() + static_cast<long>(count), is_digit)) {
    return std::nullopt;
  }
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text[i] - '0');
  text.remove_prefix(count);
  return value;
}

std::optional<UtcTime> take_start(std::string_view& text) {
  using namespace std::chrono;
  const auto year_number = take_digits(text, 4);
  const auto month_number = take_digits(text, 2);
  const auto day_number = take_digits(text, 2);
  if (!day_number || !take_text(text, "T")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  const auto minute = take_digits(text, 2);
  const auto second = take_digits(text, 2);
  if (!second || !take_text(text, "Z")) return std::nullopt;
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second};
}

}  // namespace

bool is_plain_name(std::string_view name) {
  constexpr std::size_t kLongest = 128;
  return !name.empty() && name.size() <= kLongest && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
         });
}

std::string to_string(const ReelName& name) {
  // "2026-11-21T12:00:00.000Z" without its punctuation.
  const auto date = to_rfc3339(name.start);
  std::string text;
  for (const char c : date.substr(0, 19)) {
    if (c != '-' && c != ':') text += c;
  }
  return text + "Z_s" + std::to_string(name.sequence) + "_d" + std::to_string(name.discontinuity_sequence) + "_m" +
         std::to_string(name.source_sequence);
}

std::optional<ReelName> parse_reel_name(std::string_view text) {
  ReelName name;
  const auto whole = text;
  const auto start = take_start(text);
  if (!start || !take_text(text, "_s")) return std::nullopt;
  const auto sequence = take_number(text);
  if (!sequence || !take_text(text, "_d")) return std::nullopt;
  const auto discontinuities = take_number(text);
  if (!discontinuities || !take_text(text, "_m")) return std::nullopt;
  const auto source = take_number(text);
  if (!source || !text.empty()) return std::nullopt;
  name = {*start, *sequence, *discontinuities, *source};
  if (to_string(name) != whole) return std::nullopt;
  return name;
}

std::optional<std::uint64_t> number_in(std::string_view uri) {
  const auto stem = uri.substr(0, uri.rfind('.'));
  auto first = stem.size();
  while (first > 0 && is_digit(stem[first - 1])) --first;
  auto digits = stem.substr(first);
  if (digits.empty()) return std::nullopt;
  return take_number(digits);
}

}  // namespace grandstand::dvr
