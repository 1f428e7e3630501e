// SPDX-License-Identifier: MIT
#include "archive_address.hpp"

#include "uri_text.hpp"

#include <array>
#include <charconv>
#include <map>
#include <vector>

namespace grandstand::http {
namespace {

using dvr::Stretch;
using std::chrono::seconds;
using Parameters = std::map<std::string, std::string>;

constexpr std::string_view kExpectedStart =
    "start: expected a time such as 2026-11-21T08:40:55Z, or seconds since 1970";
// Of an instant: up to the year 9999; so that no arithmetic overflows.
constexpr std::int64_t kLastSecond = 253'402'300'799;

template <class Number>
std::optional<Number> parse_number(std::string_view text, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > most) return std::nullopt;
  return value;
}

// "08:40" -> 8, 40
std::optional<std::pair<int, int>> parse_pair(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto first = parse_number<int>(text.substr(0, 2), 99);
  const auto second = parse_number<int>(text.substr(3), 59);
  if (!first || !second) return std::nullopt;
  return std::pair{*first, *second};
}

std::optional<std::chrono::microseconds> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::microseconds(0);
  if (text.empty() || (text[0] != '+' && text[0] != '-' && text[0] != ' ')) return std::nullopt;
  const auto pair = parse_pair(text.substr(1));
  if (!pair || pair->first > 23) return std::nullopt;
  const std::chrono::microseconds offset = std::chrono::hours(pair->first) + std::chrono::minutes(pair->second);
  return text[0] == '-' ? -offset : offset;  // a '+' that nobody escaped is a space in a query
}

Error invalid(std::string_view text) {
  return {ErrorCode::kInvalidArgument, std::string(text)};
}

Result<seconds> parse_length(std::string_view name, std::string_view text) {
  const auto most = std::int64_t{seconds(dvr::kLongestRange).count()};
  const auto value = parse_number<std::int64_t>(text, most);
  if (!value || *value == 0) return invalid(std::string(name) + ": expected 1 to " + std::to_string(most) + " seconds");
  return seconds(*value);
}

const std::string* find(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? nullptr : &found->second;
}

Result<Stretch> read_range(const Parameters& parameters) {
  const auto* start = find(parameters, "start");
  const auto instant = start == nullptr ? std::nullopt : parse_instant(*start);
  if (!instant) return invalid(kExpectedStart);
  Stretch stretch{Stretch::Kind::kRange, *instant, seconds(0), seconds(0)};
  if (const auto* duration = find(parameters, "duration")) {
    GRANDSTAND_TRY(stretch.duration, parse_length("duration", *duration));
  }
  return stretch;
}

// What SIPTV and others append to the live address ("shift"): utc is the start, lutc their present time; "append" as
// our M3U has it adds the duration.
Result<Stretch> read_shift(const Parameters& parameters) {
  const auto start = parse_number<std::int64_t>(*find(parameters, "utc"), kLastSecond);
  if (!start) return invalid("utc: expected seconds since 1970");
  Stretch stretch{Stretch::Kind::kRange, UtcTime{seconds(*start)}, seconds(0), seconds(0)};
  if (const auto* duration = find(parameters, "duration")) {
    GRANDSTAND_TRY(stretch.duration, parse_length("duration", *duration));
  }
  return stretch;
}

// What a Flussonic file name says after its kind: "1763712055-3600", "1763712055-now", "300".
Result<Stretch> read_flussonic(std::string_view kind, std::string_view numbers, UtcTime now, bool continuous) {
  const auto dash = numbers.find('-');
  const bool ranged = kind == "index" || kind == "archive";
  if (ranged != (dash != std::string_view::npos)) {
    return invalid(ranged ? "expected <kind>-<start>-<seconds or now>, start in seconds since 1970"
                          : "expected timeshift_abs-<start> or timeshift_rel-<seconds>");
  }
  if (kind == "timeshift_rel") {
    GRANDSTAND_TRY(const auto delay, parse_length("timeshift_rel", numbers));
    if (!continuous) return Stretch{Stretch::Kind::kDelayed, {}, seconds(0), delay};
    return Stretch{Stretch::Kind::kRange, now - delay, seconds(0), seconds(0)};
  }
  const auto start = parse_number<std::int64_t>(numbers.substr(0, dash), kLastSecond);
  if (!start) return invalid(kExpectedStart);
  Stretch stretch{Stretch::Kind::kRange, UtcTime{seconds(*start)}, seconds(0), seconds(0)};
  if (!ranged || numbers.substr(dash + 1) == "now") return stretch;
  GRANDSTAND_TRY(stretch.duration, parse_length("duration", numbers.substr(dash + 1)));
  return stretch;
}

struct FlussonicName {
  std::string_view kind;
  std::string_view numbers;
  bool continuous = false;
};

// "index-1763712055-3600.m3u8", "archive-1763712055-3600.ts", "timeshift_rel-300.m3u8"
std::optional<FlussonicName> parse_flussonic_name(std::string_view file) {
  FlussonicName name;
  name.continuous = file.ends_with(".ts");
  if (!name.continuous && !file.ends_with(".m3u8")) return std::nullopt;
  const auto stem = file.substr(0, file.rfind('.'));
  for (const std::string_view kind : {"index", "archive", "timeshift_abs", "timeshift_rel"}) {
    if (!stem.starts_with(kind) || stem.size() <= kind.size() + 1 || stem[kind.size()] != '-') continue;
    const auto numbers = stem.substr(kind.size() + 1);
    const bool digit = numbers[0] >= '0' && numbers[0] <= '9';
    if (!digit || (name.continuous && kind == "index")) return std::nullopt;
    name.kind = kind;
    name.numbers = numbers;
    return name;
  }
  return std::nullopt;
}

// What players are given for live, and append the past to.
bool is_live_file(std::string_view file) {
  return file == "index.m3u8" || file == "index-ts.m3u8" || file == "stream.ts";
}

Result<Stretch> read_stretch(std::string_view file, const Parameters& parameters, UtcTime now) {
  if (file == "archive.m3u8") return read_range(parameters);
  if (is_live_file(file)) return read_shift(parameters);
  if (file == "dvr.m3u8") return Stretch{};
  if (file == "timeshift.m3u8") {
    const auto* delay = find(parameters, "delay");
    GRANDSTAND_TRY(const auto length, parse_length("delay", delay == nullptr ? "" : *delay));
    return Stretch{Stretch::Kind::kDelayed, {}, seconds(0), length};
  }
  const auto name = parse_flussonic_name(file);
  return read_flussonic(name->kind, name->numbers, now, name->continuous);
}

bool is_ours(std::string_view file, std::string_view query) {
  constexpr std::array kFiles{"archive.m3u8", "dvr.m3u8", "timeshift.m3u8"};
  for (const std::string_view name : kFiles) {
    if (file == name) return true;
  }
  if (is_live_file(file)) return is_shifted(query);
  return parse_flussonic_name(file).has_value();
}

Result<ArchiveRequest> parse(const std::vector<std::string_view>& parts, std::string_view query, UtcTime now) {
  GRANDSTAND_TRY(const auto parameters, parse_query(query));
  ArchiveRequest request;
  const auto file = parts.back();
  auto& question = request.question;
  question.channel = parts.front();
  if (file == "index-ts.m3u8") question.container = "ts";
  if (parts.size() == 3) {
    question.kind = dvr::Question::Kind::kMedia;
    question.rendition = parts[1];
    const auto* skip = find(parameters, "_HLS_skip");
    question.skip = skip != nullptr && (*skip == "YES" || *skip == "v2");
  }
  if (const auto* container = find(parameters, "container")) {
    if (*container != "ts" && *container != "fmp4") return invalid("container: expected ts or fmp4");
    question.container = *container;
  }
  GRANDSTAND_TRY(question.stretch, read_stretch(file, parameters, now));
  request.continuous = file.ends_with(".ts");
  return request;
}

}  // namespace

std::optional<UtcTime> parse_instant(std::string_view text) {
  using namespace std::chrono;
  if (const auto unix_seconds = parse_number<std::int64_t>(text, kLastSecond)) return UtcTime{seconds(*unix_seconds)};
  // 2026-11-21T08:40:55
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[16] != ':') {
    return std::nullopt;
  }
  const auto year_number = parse_number<int>(text.substr(0, 4), 9999);
  const auto month_number = parse_number<int>(text.substr(5, 2), 12);
  const auto day_number = parse_number<int>(text.substr(8, 2), 31);
  const auto clock = parse_pair(text.substr(11, 5));
  const auto second = parse_number<int>(text.substr(17, 2), 60);
  if (!year_number || !month_number || !day_number || !clock || clock->first > 23 || !second) return std::nullopt;
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!date.ok()) return std::nullopt;
  auto rest = text.substr(19);
  std::int64_t fraction = 0;
  if (rest.starts_with('.')) {
    std::size_t digits = 1;
    std::int64_t weight = 100'000;
    for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits, weight /= 10) {
      fraction += (rest[digits] - '0') * weight;
    }
    if (digits == 1) return std::nullopt;
    rest.remove_prefix(digits);
  }
  const auto offset = parse_offset(rest);
  if (!offset) return std::nullopt;
  return UtcTime{sys_days{date}} + hours(clock->first) + minutes(clock->second) + seconds(*second) +
         microseconds(fraction) - *offset;
}

std::optional<Result<ArchiveRequest>> parse_archive_address(std::string_view place, std::string_view query,
                                                            UtcTime now) {
  const auto parts = split_path(place);
  if (parts.size() < 2 || parts.size() > 3 || !is_ours(parts.back(), query)) return std::nullopt;
  const bool named_like_a_playlist =
      parts.back() == "archive.m3u8" || parts.back() == "dvr.m3u8" || parts.back() == "timeshift.m3u8";
  if (parts.size() == 3 && !named_like_a_playlist) return std::nullopt;
  return parse(parts, query, now);
}

bool is_shifted(std::string_view query) {
  return query.starts_with("utc=") || query.find("&utc=") != std::string_view::npos;
}

bool is_flussonic_path(std::string_view path) {
  if (path.empty()) return false;
  const auto parts = split_path(path.substr(1));
  return parts.size() == 2 && !parts.front().empty() && parse_flussonic_name(parts.back()).has_value();
}

}  // namespace grandstand::http
