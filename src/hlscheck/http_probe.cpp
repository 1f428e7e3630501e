// SPDX-License-Identifier: MIT
#include "http_probe.hpp"

#include "text.hpp"
#include "url.hpp"

#include <algorithm>
#include <array>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kWorthCompressing = 1'000;  // bytes
constexpr std::int64_t kRangeLength = 100;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string header(const fetch::Response& answer, std::string_view name) {
  const auto* value = answer.header(name);
  return value ? lower(*value) : std::string();
}

std::string content_type(const fetch::Response& answer) {
  const auto type = header(answer, "content-type");
  return type.substr(0, type.find_first_of("; "));
}

void check_cross_origin(const fetch::Response& answer, const Place& place, Findings& findings) {
  if (answer.header("access-control-allow-origin")) return;
  findings.should(46, place, "an answer " + std::to_string(answer.status) + " has no Access-Control-Allow-Origin",
                  answer.status >= 400 ? "CORS headers on errors, too" : "CORS headers");
}

bool is_media_type(const std::string& type, SegmentMedia::Container container) {
  using Container = SegmentMedia::Container;
  switch (container) {
    case Container::kTs:
      return type == "video/mp2t";
    case Container::kFmp4:
      return type == "video/mp4" || type == "audio/mp4" || type == "video/iso.segment" || type == "application/mp4";
    case Container::kWebVtt:
      return type == "text/vtt";
    default:
      return true;
  }
}

void probe_missing(Session& session, const WatchedPlaylist& watched, const std::string& url, Findings& findings) {
  const auto missing = missing_neighbour(url);
  const auto answer = session.get(missing);
  const Place place{watched.url(), 0, missing};
  if (!answer) {
    if (answer.error().code != ErrorCode::kCancelled) {
      findings.must(24, place, "a URI that there is not: " + answer.error().message, "404 at once for an unknown URI");
    }
    return;
  }
  if (answer->status != 404 && answer->status != 410 && answer->status != 403) {
    findings.must(24, place, "a URI that there is not gets " + std::to_string(answer->status),
                  "404 at once for an unknown URI");
    return;
  }
  check_cross_origin(*answer, place, findings);
  if (cache_time(*answer).value_or(Seconds(0)) > Seconds(1)) {
    findings.should(49, place, "a 404 may be cached for " + seconds_text(*cache_time(*answer)),
                    "errors cached for a second at most");
  }
}

void probe_range(Session& session, const Place& place, const std::string& url, const std::string& body,
                 Findings& findings) {
  const auto answer = session.get(url, {.range = ByteRange{kRangeLength, 0}, .decompress = false});
  if (!answer) return;
  if (answer->status == 200) {
    findings.should(48, place, "a Range gets 200", "206 with the range");
  } else if (answer->status != 206) {
    findings.must(48, place, "a Range gets " + std::to_string(answer->status), "206 or 200");
  } else if (answer->body != body.substr(0, kRangeLength)) {
    findings.must(48, place, "a Range gets other bytes", "the bytes of the range");
  }
}

void probe_validators(Session& session, const Place& place, const std::string& url, const fetch::Response& whole,
                      Findings& findings) {
  const auto* etag = whole.header("etag");
  const auto other = session.get(url, {.headers = {"If-None-Match: \"hlscheck-of-grandstand\""}});
  if (other && other->status == 304) {
    findings.must(48, place, "304 for an ETag that was never given", "304 only when nothing changed");
  }
  if (!etag) {
    if (!whole.header("last-modified")) findings.should(48, place, "no ETag", "ETag and 304");
    return;
  }
  const auto same = session.get(url, {.headers = {"If-None-Match: " + *etag}});
  if (same && same->status == 200 && same->header("etag") && *same->header("etag") == *etag) {
    findings.should(48, place, "If-None-Match with the current ETag gets 200", "304 when nothing changed");
  } else if (same && same->status != 304 && same->status != 200) {
    findings.must(48, place, "If-None-Match gets " + std::to_string(same->status), "304 or 200");
  }
}

void probe_head(Session& session, const Place& place, const std::string& url, Findings& findings) {
  const auto answer = session.get(url, {.method = "HEAD"});
  if (answer && answer->status != 200) {
    findings.should(48, place, "HEAD gets " + std::to_string(answer->status), "HEAD as GET");
  }
}

}  // namespace

std::optional<Seconds> cache_time(const fetch::Response& answer) {
  const auto control = header(answer, "cache-control");
  if (control.empty()) return std::nullopt;
  if (control.find("no-store") != std::string::npos || control.find("no-cache") != std::string::npos) return Seconds(0);
  std::optional<Seconds> longest;
  for (std::string_view name : {"max-age=", "s-maxage="}) {
    const auto at = control.find(name);
    if (at == std::string::npos) continue;
    const auto digits = control.substr(at + name.size());
    const auto value = parse_integer(digits.substr(0, digits.find_first_not_of("0123456789")));
    if (value) longest = std::max(longest.value_or(Seconds(0)), Seconds(static_cast<double>(*value)));
  }
  return longest;
}

void check_playlist_answer(const fetch::Response& answer, const std::string& asked_url, bool live,
                           std::optional<Seconds> target, Findings& findings) {
  if (answer.status == 0) return;
  const Place place{asked_url};
  constexpr std::array<std::string_view, 3> kTypes = {"application/vnd.apple.mpegurl", "audio/mpegurl",
                                                      "application/x-mpegurl"};
  const auto type = content_type(answer);
  const auto extension = extension_of(asked_url);
  const bool known = std::ranges::find(kTypes, type) != kTypes.end();
  if (!known && extension != "m3u8" && extension != "m3u") {
    findings.must(46, place, "Content-Type is '" + type + "'", "a path that ends in .m3u8, or a type of HLS playlists");
  } else if (type != kTypes[0] && type != kTypes[1]) {
    findings.should(46, place, "Content-Type is '" + type + "'", "application/vnd.apple.mpegurl");
  }
  check_cross_origin(answer, place, findings);
  const auto encoding = header(answer, "content-encoding");
  if (encoding.empty() && answer.body.size() > kWorthCompressing) {
    findings.should(47, place, std::to_string(answer.body.size()) + " bytes come uncompressed",
                    "gzip when it is accepted");
  }
  if (!encoding.empty() && header(answer, "vary").find("accept-encoding") == std::string::npos &&
      header(answer, "vary").find('*') == std::string::npos) {
    findings.must(47, place, "Content-Encoding " + encoding + " without Vary", "Vary: Accept-Encoding");
  }
  if (live && !answer.url.empty() && answer.url != asked_url) {
    findings.should(48, place, "the playlist is redirected", "no redirects of live playlists");
  }
  if (!live) return;
  const auto time = cache_time(answer);
  const auto limit = target.value_or(Seconds(6));
  if (!time) {
    findings.should(49, place, "no Cache-Control",
                    "Cache-Control: no-cache, or max-age of at most half the target duration");
  } else if (*time > limit) {
    findings.must(49, place, "caches may keep it for " + seconds_text(*time),
                  "live playlists cached for less than a target duration");
  } else if (*time > limit / 2) {
    findings.should(49, place, "caches may keep it for " + seconds_text(*time),
                    "Cache-Control: no-cache, or max-age of at most half the target duration");
  }
}

void check_media_answer(const fetch::Response& answer, const Place& place, SegmentMedia::Container container,
                        std::optional<Seconds> target, Findings& findings) {
  if (answer.status == 0) return;
  const auto type = content_type(answer);
  if (!is_media_type(type, container)) {
    findings.should(46, place, "Content-Type of a segment is '" + type + "'",
                    "video/mp2t, video/mp4, audio/mp4 or text/vtt");
  }
  check_cross_origin(answer, place, findings);
  const auto time = cache_time(answer);
  if (!time) {
    findings.should(49, place, "a segment without Cache-Control", "segments that caches keep for long");
  } else if (*time < target.value_or(Seconds(6))) {
    findings.should(49, place, "caches may keep a segment for " + seconds_text(*time),
                    "segments that caches keep for long");
  }
}

void probe_http(Session& session, const WatchedPlaylist& watched, Findings& findings) {
  const Place playlist{watched.url()};
  probe_head(session, playlist, watched.url(), findings);
  const auto& latest = watched.latest();
  const auto segment = std::find_if(latest.segments.rbegin(), latest.segments.rend(),
                                    [](const Segment& one) { return !one.gap && !one.url.starts_with("invalid:"); });
  if (segment == latest.segments.rend()) return;
  probe_missing(session, watched, segment->url, findings);
  const auto whole = session.get(segment->url, {.timeout = std::chrono::seconds(20)});
  if (!whole || whole->status != 200) return;
  const Place place{watched.url(), 0, segment->url};
  const auto* data = reinterpret_cast<const std::uint8_t*>(whole->body.data());
  check_media_answer(*whole, place, sniff({data, whole->body.size()}), latest.target, findings);
  probe_head(session, place, segment->url, findings);
  probe_range(session, place, segment->url, whole->body, findings);
  probe_validators(session, place, segment->url, *whole, findings);
}

}  // namespace grandstand::hlscheck
