// SPDX-License-Identifier: MIT
#include "xtream_request.hpp"

#include "negotiation.hpp"
#include "uri_text.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/parse_number.hpp>
#include <grandstand/base/text.hpp>

#include <algorithm>

namespace grandstand::http {
namespace {

constexpr int kLongestMinutes = 24 * 60;

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> number_in(std::string_view text) {
  return all_digits(text) ? parse_number<int>(text) : std::nullopt;
}

// Some clients send the login so, that it stands in no log.
bool has_form(const Request& request) {
  const auto type = request.field(FieldName::kContentType);
  return request.method == Method::kPost &&
         equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded");
}

Error wrong(std::string what) {
  return Error{ErrorCode::kInvalidArgument, std::move(what)};
}

// "12.ts", "12.m3u8", "12"
Status take_file(std::string_view file, XtreamRequest& wanted) {
  const auto dot = file.find('.');
  const auto extension = dot == std::string_view::npos ? "ts" : file.substr(dot + 1);
  wanted.number = file.substr(0, dot);
  wanted.ts = extension == "ts";
  if (!all_digits(wanted.number) || wanted.number.size() > 6 || (extension != "ts" && extension != "m3u8")) {
    return wrong("the stream: expected <stream_id>.ts or <stream_id>.m3u8");
  }
  return success();
}

Status take_timeshift(std::string_view minutes, std::string_view start, XtreamRequest& wanted) {
  wanted.kind = XtreamRequest::Kind::kTimeshift;
  const auto duration = number_in(minutes);
  const auto at = parse_xtream_time(start);
  if (!duration || *duration < 1 || *duration > kLongestMinutes) return wrong("duration: expected 1 to 1440 minutes");
  if (!at) return wrong("start: expected YYYY-MM-DD:HH-MM");
  wanted.duration = std::chrono::minutes{*duration};
  wanted.start = *at;
  return success();
}

Result<XtreamRequest> parse_path(std::string_view path) {
  XtreamRequest wanted;
  const auto pieces = split_path(path.substr(1));
  const bool live = pieces.front() == "live";
  if (pieces.size() != (live ? 4U : 6U)) {
    return wrong(live ? "expected /live/<user>/<password>/<stream_id>.ts"
                      : "expected /timeshift/<user>/<password>/<minutes>/<YYYY-MM-DD:HH-MM>/<stream_id>.ts");
  }
  auto name = percent_decode(pieces[1]);
  auto password = percent_decode(pieces[2]);
  if (!name || !password) return wrong("the path is not well percent-encoded");
  wanted.name = std::move(*name);
  wanted.password = std::move(*password);
  wanted.kind = XtreamRequest::Kind::kLive;
  if (!live) {
    const auto start = percent_decode(pieces[4]);
    GRANDSTAND_RETURN_IF_ERROR(take_timeshift(pieces[3], start.value_or(""), wanted));
  }
  GRANDSTAND_RETURN_IF_ERROR(take_file(pieces.back(), wanted));
  return wanted;
}

}  // namespace

bool is_xtream_stream(std::string_view path) {
  if (path.ends_with(".jpg")) return false;  // a sheet of thumbnails: /live/<channel>/sprites/<second>.jpg
  const auto pieces = split_path(path.substr(1));
  return pieces.size() == 4 && pieces[0] == "live" && all_digits(pieces[3].substr(0, pieces[3].find('.')));
}

std::string loggable_target(const Request& request) {
  if (!request.path.starts_with("/timeshift/") && !is_xtream_stream(request.path)) return log::redact(request.target);
  const auto pieces = split_path(request.path.substr(1));
  std::string target;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    target += '/';
    target += i == 1 || i == 2 ? "***" : pieces[i];
  }
  return target;
}

std::optional<UtcTime> parse_xtream_time(std::string_view text) {
  using namespace std::chrono;
  if (all_digits(text) && text.size() >= 9 && text.size() <= 11) {
    return UtcTime{seconds{*parse_number<std::int64_t>(text)}};
  }
  if (text.size() != 16 && text.size() != 19) return std::nullopt;
  const auto field = [&](std::size_t at, std::size_t size) { return number_in(text.substr(at, size)); };
  const auto y = field(0, 4), mo = field(5, 2), d = field(8, 2), h = field(11, 2), mi = field(14, 2);
  const auto s = text.size() == 19 ? field(17, 2) : std::optional<int>(0);
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return UtcTime{sys_days{date}} + hours{*h} + minutes{*mi} + seconds{*s};
}

Result<XtreamRequest> parse_xtream(const Request& request) {
  const auto path = request.path;
  if (path.starts_with("/live/") || path.starts_with("/timeshift/")) return parse_path(path);
  XtreamRequest wanted;
  GRANDSTAND_TRY(wanted.parameters, parse_query(request.query));
  if (has_form(request)) {
    GRANDSTAND_TRY(auto said, parse_query(request.body));
    said.merge(wanted.parameters);
    wanted.parameters = std::move(said);
  }
  const auto take = [&](const char* key) {
    const auto found = wanted.parameters.extract(key);
    return found.empty() ? std::string() : found.mapped();
  };
  wanted.name = take("username");
  wanted.password = take("password");
  if (path == "/get.php") {
    wanted.kind = XtreamRequest::Kind::kPlaylist;
    const auto output = take("output");
    wanted.ts = output.empty() || output == "ts" || output == "mpegts";
  } else if (path == "/xmltv.php") {
    wanted.kind = XtreamRequest::Kind::kGuide;
  } else if (path == "/streaming/timeshift.php") {
    GRANDSTAND_RETURN_IF_ERROR(take_timeshift(take("duration"), take("start"), wanted));
    GRANDSTAND_RETURN_IF_ERROR(take_file(take("stream"), wanted));
  }
  return wanted;
}

}  // namespace grandstand::http
