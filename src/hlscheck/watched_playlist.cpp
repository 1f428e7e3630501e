// SPDX-License-Identifier: MIT
#include "watched_playlist.hpp"

#include "snapshot_rules.hpp"
#include "url.hpp"

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

constexpr std::int64_t kFirstSegments = 4;
constexpr std::size_t kMaxInitSections = 16;

Bytes bytes_of(const std::string& body) {
  return {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
}

// Its own date, or that of an earlier one and the durations since.
std::optional<Seconds> date_of(const Playlist& playlist, std::int64_t sequence) {
  std::optional<Seconds> date;
  for (const auto& segment : playlist.segments) {
    if (segment.discontinuity) date.reset();
    if (segment.date) date = segment.date;
    if (segment.sequence == sequence) return date;
    if (date) *date += segment.duration;
  }
  return std::nullopt;
}

}  // namespace

bool WatchedPlaylist::reload() {
  auto response = session_.get(url_);
  const Place place{url_, 0};
  if (!response) {
    if (response.error().code == ErrorCode::kCancelled) return known();
    findings_.must(18, place, response.error().message, "a whole playlist each time");
    return false;
  }
  if (!is_success(*response)) {
    findings_.must(18, place, "the answer is " + std::to_string(response->status), "a whole playlist each time");
    return false;
  }
  if (!looks_like_playlist(response->body)) {
    findings_.must(18, place, "an answer of " + std::to_string(response->body.size()) + " bytes that is no playlist",
                   "a whole playlist each time");
    return false;
  }
  take(*response);
  return true;
}

void WatchedPlaylist::take(const fetch::Response& response) {
  const bool same = known() && response.body == answer_->body;
  answer_ = response;
  if (same) {
    watch_.see_unchanged(session_.now(), findings_);
    return;
  }
  auto playlist =
      parse_playlist(response.body, response.url.empty() ? url_ : response.url, findings_, above_.definitions);
  playlist.url = url_;
  if (playlist.multivariant) {
    findings_.must(33, Place{url_, 0}, "it is a multivariant playlist", "a media playlist behind a variant");
  }
  check_media_playlist(playlist, findings_);
  check_date_ranges(playlist, findings_);
  check_low_latency_tags(playlist, findings_);
  ++session_.report().versions;
  watch_.see(std::move(playlist), session_.now(), findings_);
}

std::optional<std::string> WatchedPlaylist::fetch_media(const std::string& url, const std::optional<ByteRange>& range,
                                                        std::string_view name, int rule) {
  auto response = session_.get(url, {.range = range, .timeout = std::chrono::seconds(20)});
  const Place place{url_, 0, url};
  if (!response) {
    if (response.error().code != ErrorCode::kCancelled) {
      findings_.must(rule, place, std::string(name) + ": " + response.error().message,
                     "what the playlist lists can be fetched");
    }
    return std::nullopt;
  }
  if (!is_success(*response)) {
    findings_.must(rule, place, std::string(name) + ": the answer is " + std::to_string(response->status),
                   "what the playlist lists can be fetched");
    return std::nullopt;
  }
  auto body = std::move(response->body);
  if (range && response->status != 206 && body.size() > static_cast<std::size_t>(range->length)) {
    // Files, and servers that know no ranges, give all of it.
    const auto offset = std::min(body.size(), static_cast<std::size_t>(range->offset));
    body = body.substr(offset, static_cast<std::size_t>(range->length));
  }
  return body;
}

const InitSection* WatchedPlaylist::init_section(const MapTag& map) {
  if (map.url.empty()) return nullptr;
  const auto key = map.url + (map.range ? "@" + std::to_string(map.range->offset) : "");
  if (const auto found = init_sections_.find(key); found != init_sections_.end()) return found->second.get();
  if (init_sections_.size() >= kMaxInitSections) init_sections_.erase(init_sections_.begin());
  const auto body = fetch_media(map.url, map.range, "the map", 8);
  if (!body) return nullptr;
  auto init = std::make_unique<InitSection>(inspect_init_section(bytes_of(*body)));
  for (const auto& fault : init->faults) {
    findings_.add(fault.grade, fault.rule, Place{url_, 0, map.url}, fault.wrong, fault.expected);
  }
  return (init_sections_[key] = std::move(init)).get();
}

void WatchedPlaylist::look_into(const Segment& segment, const std::string& body) {
  const auto bytes = bytes_of(body);
  const Place place{url_, 0, segment.url};
  SegmentMedia media;
  switch (sniff(bytes)) {
    case SegmentMedia::Container::kTs:
      media = inspect_ts(bytes);
      break;
    case SegmentMedia::Container::kWebVtt:
      media = inspect_webvtt(body);
      break;
    case SegmentMedia::Container::kFmp4: {
      const auto* init = init_section(segment.map);
      if (!init) return;
      media = inspect_fmp4(*init, bytes);
      break;
    }
    case SegmentMedia::Container::kUnknown:
      if (extension_of(segment.url) == "vtt" || extension_of(segment.url) == "webvtt") {
        media = inspect_webvtt(body);
        break;
      }
      if (body.empty()) {
        findings_.must(41, place, segment.name() + " is empty", "media");
      } else {
        session_.note("some segments are neither MPEG-TS nor fMP4 nor WebVTT: their media was not checked");
      }
      return;
  }
  auto listed = segment;
  listed.date = date_of(latest(), segment.sequence);
  // Said in the multivariant playlist, it holds for all segments of all playlists (bis 4.4.2.1).
  const bool independent = latest().independent_segments || above_.independent_segments;
  sequence_.see(latest(), listed, independent, std::move(media), body.size(), findings_);
  ++session_.report().segments;
}

void WatchedPlaylist::fetch_segments() {
  const auto playlist = latest();
  if (playlist.iframes_only) return;
  const auto first = playlist.media_sequence + playlist.skipped;
  if (next_segment_ < 0) next_segment_ = playlist.live() ? playlist.end_sequence() - kFirstSegments : first;
  next_segment_ = std::max(next_segment_, first);
  for (; next_segment_ < playlist.end_sequence() && !session_.stopped(); ++next_segment_) {
    const auto* segment = playlist.segment(next_segment_);
    if (!segment || segment->gap || segment->url.starts_with("invalid:")) continue;
    if (fetched_segments_ >= session_.options().max_segments_per_playlist) {
      session_.note("only the first " + std::to_string(fetched_segments_) + " segments of each playlist were fetched");
      return;
    }
    ++fetched_segments_;
    if (!segment->key.empty()) {
      session_.note("encrypted segments were not taken apart");
      continue;
    }
    if (const auto body = fetch_media(segment->url, segment->range, segment->name(), 17)) look_into(*segment, *body);
  }
}

void WatchedPlaylist::fetch_removed() {
  for (const auto& removed : watch_.due(session_.now())) {
    if (session_.stopped()) return;
    const auto response = session_.get(removed.url, {.range = removed.range, .timeout = std::chrono::seconds(20)});
    if (response && is_success(*response)) continue;
    if (!response && response.error().code == ErrorCode::kCancelled) return;
    findings_.must(
        removed.rule, Place{url_, 0, removed.url},
        "what left the playlist gets " + (response ? std::to_string(response->status) : response.error().message),
        removed.rule == 17 ? "a removed segment is there for its duration and that of the longest playlist with it"
                           : "a part is there for three target durations after it left the playlist");
  }
}

}  // namespace grandstand::hlscheck
