// SPDX-License-Identifier: MIT
#include "playlist.hpp"

namespace grandstand::hlscheck {
namespace {

// Digits of a fixed width.
std::optional<int> take(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

// ISO 8601 as RFC 3339 has it, and with a zone of "+0100" or none.
std::optional<PlaylistDate> parse_date(std::string_view text) {
  using namespace std::chrono;
  const auto y = take(text, 4);
  if (!y || !skip(text, '-')) return std::nullopt;
  const auto m = take(text, 2);
  if (!m || !skip(text, '-')) return std::nullopt;
  const auto d = take(text, 2);
  if (!d || !(skip(text, 'T') || skip(text, 't') || skip(text, ' '))) return std::nullopt;
  const auto hour = take(text, 2);
  if (!hour || !skip(text, ':')) return std::nullopt;
  const auto minute = take(text, 2);
  if (!minute || !skip(text, ':')) return std::nullopt;
  const auto second = take(text, 2);
  const year_month_day date{year{*y}, month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  if (!second || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;

  PlaylistDate result;
  double fraction = 0;
  if (skip(text, '.') || skip(text, ',')) {
    double unit = 0.1;
    std::size_t digits = 0;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), unit /= 10, ++digits) {
      fraction += unit * (text[0] - '0');
    }
    if (digits == 0) return std::nullopt;
    result.has_milliseconds = digits >= 3;
  }
  int offset_minutes = 0;
  if (skip(text, 'Z') || skip(text, 'z')) {
    result.has_zone = true;
  } else if (!text.empty()) {
    const int sign = text[0] == '+' ? 1 : text[0] == '-' ? -1 : 0;
    if (sign == 0) return std::nullopt;
    text.remove_prefix(1);
    const auto hours = take(text, 2);
    skip(text, ':');
    const auto minutes = text.empty() ? std::optional<int>(0) : take(text, 2);
    if (!hours || !minutes) return std::nullopt;
    offset_minutes = sign * (*hours * 60 + *minutes);
    result.has_zone = true;
  }
  if (!text.empty()) return std::nullopt;
  const auto days = sys_days(date).time_since_epoch();
  result.since_1970 =
      Seconds(days) + hours(*hour) + minutes(*minute - offset_minutes) + seconds(*second) + Seconds(fraction);
  return result;
}

}  // namespace grandstand::hlscheck
