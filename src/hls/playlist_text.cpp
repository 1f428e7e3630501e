// SPDX-License-Identifier: MIT
#include "playlist_text.hpp"

#include <algorithm>
#include <cstdio>

namespace grandstand::hls {
namespace {

// In units of 10 us from the boundaries themselves, so that rounding does not add up over the window.
std::int64_t to_units(media::MediaTime time) {
  return (time.count() * 10 + 4) / 9;
}

std::string duration_text(const Segment& segment) {
  const auto units = to_units(*segment.plan.end) - to_units(segment.plan.start);
  char text[40];
  std::snprintf(text, sizeof text, "%lld.%05lld", static_cast<long long>(units / 100'000),
                static_cast<long long>(units % 100'000));
  return text;
}

bool all_independent(const std::deque<Segment>& segments) {
  return std::all_of(segments.begin(), segments.end(), [](const Segment& s) { return s.plan.independent; });
}

void append_header(std::string& out, Container container, bool independent) {
  out += "#EXTM3U\n#EXT-X-VERSION:" + std::to_string(playlist_version(container)) + "\n";
  if (independent) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
}

}  // namespace

int playlist_version(Container container) {
  return container == Container::kFmp4 ? 6 : 3;
}

std::string media_playlist(Container container, std::chrono::seconds target_duration,
                           const std::deque<Segment>& segments) {
  const auto& first = segments.front().plan;
  std::string out;
  out.reserve(160 + segments.size() * 120);
  append_header(out, container, all_independent(segments));
  out += "#EXT-X-TARGETDURATION:" + std::to_string(target_duration.count()) + "\n";
  out += "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first.sequence) + "\n";
  // The first segment's own tag counts only when it has left the playlist (RFC 8216 6.2.2).
  out +=
      "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(first.discontinuity_sequence - (first.discontinuity ? 1 : 0)) +
      "\n";
  const NamedResource* init = nullptr;
  for (const auto& segment : segments) {
    if (segment.plan.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
    if (segment.init && segment.init.get() != init) {
      init = segment.init.get();
      out += "#EXT-X-MAP:URI=\"" + segment.init_uri + "\"\n";
    }
    out += "#EXT-X-PROGRAM-DATE-TIME:" + to_rfc3339(segment.plan.date) + "\n";
    if (!segment.media) out += "#EXT-X-GAP\n";
    out += "#EXTINF:" + duration_text(segment) + ",\n" + segment.uri + "\n";
  }
  return out;
}

std::string stream_attributes(const Variant& variant) {
  std::string out = "BANDWIDTH=" + std::to_string(variant.peak_bandwidth);
  out += ",AVERAGE-BANDWIDTH=" + std::to_string(variant.average_bandwidth);
  out += ",CODECS=\"" + variant.codecs + "\"";
  if (variant.width > 0) {
    out += ",RESOLUTION=" + std::to_string(variant.width) + "x" + std::to_string(variant.height);
    if (variant.frame_rate > 0) {
      char text[32];
      std::snprintf(text, sizeof text, ",FRAME-RATE=%.3f", variant.frame_rate);
      out += text;
    }
    out += ",CLOSED-CAPTIONS=NONE";
  }
  return out;
}

std::string multivariant_playlist(const Variant& variant) {
  std::string out;
  append_header(out, variant.container, variant.independent);
  return out + "#EXT-X-STREAM-INF:" + stream_attributes(variant) + "\n" + variant.uri + "\n";
}

}  // namespace grandstand::hls
