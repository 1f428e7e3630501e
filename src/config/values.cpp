// SPDX-License-Identifier: MIT
#include "values.hpp"

#include <grandstand/base/text.hpp>
#include <grandstand/base/url_authority.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <arpa/inet.h>

namespace grandstand::config {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 5> kDurationUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kSizeUnits{{{"GiB", 1u << 30}, {"MiB", 1u << 20}, {"KiB", 1u << 10}, {"B", 1}}};

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads "<number><unit>" from the front of the text.
template <std::size_t N>
std::optional<std::pair<std::uint64_t, std::size_t>> take_quantity(std::string_view& text,
                                                                   const std::array<Unit, N>& units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const std::string_view name =
      text.substr(0, static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin()));
  for (std::size_t i = 0; i < N; ++i) {
    if (units[i].name != name) continue;
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / units[i].factor) {
      return std::nullopt;
    }
    text.remove_prefix(name.size());
    return std::pair{number * units[i].factor, i};
  }
  return std::nullopt;
}

template <std::size_t N>
std::string print_quantity(std::uint64_t value, const std::array<Unit, N>& units, std::string zero) {
  if (value == 0) return zero;
  for (const Unit& unit : units) {
    if (value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
  }
  return std::to_string(value);
}

std::string range(std::string_view low, std::string_view high) {
  return std::string(low) + " to " + std::string(high);
}

}  // namespace

bool Reporter::operator()(Position position, std::string_view wrong, std::string_view expected) const {
  std::string message = path_ + ": " + std::string(wrong);
  if (!expected.empty()) message += "; expected " + std::string(expected);
  faults_.add(position, std::move(message));
  return false;
}

Result<milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return invalid("is empty");
  std::uint64_t sum = 0;
  std::optional<std::size_t> last;
  while (!text.empty()) {
    const auto quantity = take_quantity(text, kDurationUnits);
    if (!quantity || (last && quantity->second <= *last)) {
      return invalid("is not a duration such as 2s, 500ms or 1h30m");
    }
    sum += quantity->first;
    last = quantity->second;
    if (sum > static_cast<std::uint64_t>(milliseconds::max().count())) return invalid("is too long a duration");
  }
  return milliseconds(static_cast<milliseconds::rep>(sum));
}

std::string print_duration(milliseconds duration) {
  return print_quantity(static_cast<std::uint64_t>(duration.count()), kDurationUnits, "0s");
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto quantity = take_quantity(text, kSizeUnits);
  if (!quantity || !text.empty()) return invalid("is not a size such as 512B, 16KiB or 8MiB");
  return quantity->first;
}

std::string print_size(std::uint64_t bytes) {
  return print_quantity(bytes, kSizeUnits, "0B");
}

Result<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return invalid("is out of range");
  if (error != std::errc{} || end != text.data() + text.size()) return invalid("is not a whole number");
  return value;
}

std::string print_text(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '/' ||
           c == '-';
  };
  const bool is_word = text == "true" || text == "false" || text == "null" || text == "none";
  if (!text.empty() && text[0] != '-' && !is_word && std::all_of(text.begin(), text.end(), is_plain)) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      const std::uint8_t byte = static_cast<std::uint8_t>(c);
      quoted += "\\x" + to_hex({&byte, 1});
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

const std::string* scalar(const YamlNode& node, const Reporter& report, std::string_view expected, bool plain) {
  if (node.kind != YamlNode::Kind::kScalar) {
    report(node.position, describe(node.kind), expected);
    return nullptr;
  }
  if (plain && node.quoted) {
    report(node.position, quote(node.text) + " is in quotes, which makes it a text",
           std::string(expected) + " without quotes");
    return nullptr;
  }
  return &node.text;
}

bool Boolean::read(const YamlNode& node, bool& field, const Reporter& report) const {
  const std::string* text = scalar(node, report, expected(), true);
  if (text == nullptr) return false;
  if (*text != "true" && *text != "false")
    return report(node.position, quote(*text) + " is no truth value", expected());
  field = *text == "true";
  return true;
}

std::optional<std::int64_t> Integer::read_value(const YamlNode& node, const Reporter& report) const {
  const std::string* text = scalar(node, report, expected(), true);
  if (text == nullptr) return std::nullopt;
  const auto value = parse_integer(*text);
  if (!value) {
    report(node.position, quote(*text) + " " + value.error().message, expected());
    return std::nullopt;
  }
  if (*value < min || *value > max) {
    report(node.position, quote(*text) + " is out of range", expected());
    return std::nullopt;
  }
  return *value;
}

std::string Integer::expected() const {
  return range(std::to_string(min), std::to_string(max)) + (unit.empty() ? "" : " " + unit);
}

std::optional<milliseconds> Duration::read_value(const YamlNode& node, milliseconds step,
                                                 const Reporter& report) const {
  const std::string* text = scalar(node, report, expected(), false);
  if (text == nullptr) return std::nullopt;
  const auto value = parse_duration(*text);
  if (!value) {
    report(node.position, quote(*text) + " " + value.error().message, expected());
    return std::nullopt;
  }
  if (*value < min || *value > max) {
    report(node.position, quote(*text) + " is out of range", expected());
    return std::nullopt;
  }
  if (*value % step != milliseconds::zero()) {
    report(node.position, quote(*text) + " is too fine", "multiples of " + print_duration(step) + ", " + expected());
    return std::nullopt;
  }
  return *value;
}

std::string Duration::expected() const {
  return range(print_duration(min), print_duration(max));
}

bool Size::read(const YamlNode& node, std::size_t& field, const Reporter& report) const {
  const std::string* text = scalar(node, report, expected(), false);
  if (text == nullptr) return false;
  const auto value = parse_size(*text);
  if (!value) return report(node.position, quote(*text) + " " + value.error().message, expected());
  if (*value < min || *value > max) return report(node.position, quote(*text) + " is out of range", expected());
  field = *value;
  return true;
}

std::string Size::expected() const {
  return range(print_size(min), print_size(max));
}

bool Text::read(const YamlNode& node, std::string& field, const Reporter& report) const {
  const std::string* text = scalar(node, report, expected(), false);
  if (text == nullptr) return false;
  const std::string shown = secret ? "the value" : quote(*text);
  const std::size_t length = count_code_points(*text);
  if (length < min) return report(node.position, "is empty or too short", expected());
  if (length > max) return report(node.position, shown + " has " + std::to_string(length) + " characters", expected());
  if (!is_one_line(*text)) return report(node.position, shown + " has control characters", expected());
  if (check != nullptr && !text->empty() && !check(*text))
    return report(node.position, shown + " is wrong", expected());
  field = *text;
  return true;
}

bool Text::read(const YamlNode& node, std::filesystem::path& field, const Reporter& report) const {
  std::string text;
  if (!read(node, text, report)) return false;
  field = text;
  return true;
}

std::string Text::expected() const {
  return what.empty() ? range(std::to_string(min), std::to_string(max)) + " characters" : what;
}

bool is_ip_address(std::string_view text) {
  const std::string address(text);
  in6_addr parsed{};
  return inet_pton(AF_INET, address.c_str(), &parsed) == 1 || inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

bool is_origin(std::string_view text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  if (!web) return false;
  const std::string_view host = text.substr(text.find("://") + 3);
  const auto allowed = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), allowed);
}

bool is_http_url(std::string_view text) {
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  return web && parse_url_authority(text).ok();
}

bool is_postgres_uri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

bool is_channel_id(std::string_view text) {
  const auto starts = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); };
  const auto allowed = [&](char c) { return starts(c) || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= 64 && starts(text[0]) && std::all_of(text.begin(), text.end(), allowed);
}

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace grandstand::config
