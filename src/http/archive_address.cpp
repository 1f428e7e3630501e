// SPDX-License-Identifier: MIT
#include "archive_address.hpp"

#include "uri_text.hpp"

#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/rfc3339.hpp>

#include <array>
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

// Up to `most`.
std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t most) {
  const auto value = parse_number<std::int64_t>(text);
  return value && *value >= 0 && *value <= most ? value : std::nullopt;
}

Error invalid(std::string_view text) {
  return {ErrorCode::kInvalidArgument, std::string(text)};
}

Result<seconds> parse_length(std::string_view name, std::string_view text) {
  const auto most = std::int64_t{seconds(dvr::kLongestRange).count()};
  const auto value = parse_count(text, most);
  if (!value || *value == 0) return invalid(std::string(name) + ": expected 1 to " + std::to_string(most) + " seconds");
  return seconds(*value);
}

const std::string* find(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? nullptr : &found->second;
}

Result<Stretch> read_range(const Parameters& parameters) {
  const auto* start = find(parameters, "start");
  const auto instant = parse_time(start == nullptr ? "" : *start);
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
  const auto start = parse_count(*find(parameters, "utc"), kLastSecond);
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
  const auto start = parse_count(numbers.substr(0, dash), kLastSecond);
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
