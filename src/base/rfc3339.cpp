// SPDX-License-Identifier: MIT
#include <grandstand/base/rfc3339.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace grandstand {

namespace {

// Reads numbers and signs from the front of a text; not ok once something else stands there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = i < rest_.size() ? rest_[i] : '\0';
      ok_ = ok_ && c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(std::min(count, rest_.size()));
    return ok_ ? value : 0;
  }
  // One of these, or '\0'.
  char any_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos) return '\0';
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  void expect(std::string_view characters) { ok_ = any_of(characters) != '\0' && ok_; }
  void fail() { ok_ = false; }
  bool ok_at_end() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::chrono::microseconds read_fraction(Scanner& scanner) {
  if (scanner.any_of(".") == '\0') return {};
  std::int64_t unit = 100'000;
  std::int64_t value = unit * scanner.digits(1);
  while (const char digit = scanner.any_of("0123456789")) {
    unit /= 10;
    value += unit * (digit - '0');
  }
  return std::chrono::microseconds{value};
}

std::chrono::minutes read_offset(Scanner& scanner) {
  if (scanner.any_of("Zz") != '\0') return {};
  const char sign = scanner.any_of("+- ");  // a '+' that came unescaped in a query is a space
  if (sign == '\0') scanner.expect("Z");
  const int hours = scanner.digits(2);
  scanner.expect(":");
  const int minutes = scanner.digits(2);
  if (hours > 23 || minutes > 59) scanner.fail();
  const std::chrono::minutes offset{hours * 60 + minutes};
  return sign == '-' ? -offset : offset;
}

std::optional<UtcTime> read(std::string_view text) {
  Scanner scanner(text);
  const std::chrono::year year{scanner.digits(4)};
  scanner.expect("-");
  const std::chrono::month month{static_cast<unsigned>(scanner.digits(2))};
  scanner.expect("-");
  const std::chrono::year_month_day day{year, month, std::chrono::day{static_cast<unsigned>(scanner.digits(2))}};
  scanner.expect("Tt ");
  const int hours = scanner.digits(2);
  scanner.expect(":");
  const int minutes = scanner.digits(2);
  scanner.expect(":");
  const int seconds = scanner.digits(2);
  const auto fraction = read_fraction(scanner);
  const auto offset = read_offset(scanner);
  if (!scanner.ok_at_end() || !day.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  return UtcTime{std::chrono::sys_days{day} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
                 std::chrono::seconds{seconds} + fraction - offset};
}

}  // namespace

Result<UtcTime> parse_time(std::string_view text) {
  constexpr std::size_t kMostDigits = 11;  // of seconds; later than year 5000
  const bool all_digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (all_digits && text.size() <= kMostDigits) {
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return UtcTime{std::chrono::seconds{seconds}};
  }
  if (const auto time = read(text)) return *time;
  return Error{ErrorCode::kInvalidArgument, "expected a time such as 2026-11-21T08:40:55Z, or seconds since 1970"};
}

}  // namespace grandstand
