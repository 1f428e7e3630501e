// SPDX-License-Identifier: MIT
#include "xmltv_time.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>

namespace grandstand::guide {

namespace {

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::string two(int value) {
  return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "UTC" || text == "GMT") return std::chrono::minutes{0};
  if (text.size() == 6 && text[3] == ':') {
    const auto minutes = parse_offset(std::string(text.substr(0, 3)) + std::string(text.substr(4)));
    return minutes;
  }
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-') || !are_digits(text.substr(1))) return std::nullopt;
  const int hours = number(text.substr(1, 2));
  const int minutes = number(text.substr(3, 2));
  if (hours > 15 || minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{hours * 60 + minutes};
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<UtcTime> parse_xmltv_time(std::string_view text) {
  text = trim(text);
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  if (digits.size() < 8 || digits.size() > 14 || digits.size() % 2 != 0) return std::nullopt;
  const auto offset = parse_offset(trim(text.substr(end)));
  if (!offset) return std::nullopt;
  const auto field = [&digits](std::size_t at) { return at < digits.size() ? number(digits.substr(at, 2)) : 0; };
  const std::chrono::year_month_day day{std::chrono::year{number(digits.substr(0, 4))},
                                        std::chrono::month{static_cast<unsigned>(field(4))},
                                        std::chrono::day{static_cast<unsigned>(field(6))}};
  if (!day.ok() || field(8) > 23 || field(10) > 59 || field(12) > 60) return std::nullopt;
  return UtcTime{std::chrono::sys_days{day} + std::chrono::hours{field(8)} + std::chrono::minutes{field(10)} +
                 std::chrono::seconds{field(12)} - *offset};
}

std::string to_xmltv_time(UtcTime time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day day{days};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - days)};
  const int year = static_cast<int>(day.year());
  return two(year / 100) + two(year % 100) + two(static_cast<int>(static_cast<unsigned>(day.month()))) +
         two(static_cast<int>(static_cast<unsigned>(day.day()))) + two(static_cast<int>(clock.hours().count())) +
         two(static_cast<int>(clock.minutes().count())) + two(static_cast<int>(clock.seconds().count())) + " +0000";
}

}  // namespace grandstand::guide
