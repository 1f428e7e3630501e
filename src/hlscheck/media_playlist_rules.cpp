// SPDX-License-Identifier: MIT
#include "snapshot_rules.hpp"
#include "text.hpp"
#include "url.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace grandstand::hlscheck {
namespace {

constexpr Seconds kFrame{1.0 / 24};  // the longest that is usual
constexpr Seconds kRounding{0.001};  // of one EXTINF
constexpr double kSlew = 500e-6;     // of a date that follows UTC while the encoder's clock is wrong
constexpr std::size_t kMinSegments = 6;

bool is_fmp4(const Segment& segment) {
  constexpr std::array<std::string_view, 5> kExtensions = {"m4s", "mp4", "m4v", "m4a", "cmfv"};
  const auto extension = extension_of(segment.url);
  for (const auto known : kExtensions) {
    if (extension == known) return true;
  }
  return extension == "cmfa";
}

void check_durations(const Playlist& playlist, Findings& findings) {
  if (!playlist.target) {
    findings.must(2, playlist.at(), "EXT-X-TARGETDURATION is missing", "EXT-X-TARGETDURATION");
    return;
  }
  for (const auto& segment : playlist.segments) {
    if (std::round(segment.duration.count()) > playlist.target->count()) {
      findings.must(2, playlist.at(segment.line),
                    segment.name() + " lasts " + seconds_text(segment.duration) + ", the target duration is " +
                        seconds_text(*playlist.target),
                    "EXTINF, rounded, of at most the target duration");
    }
    const bool whole = segment.duration.count() == std::floor(segment.duration.count());
    if (segment.duration.count() == 0 && !segment.gap) {
      findings.should(7, playlist.at(segment.line), segment.name() + " lasts 0 s", "the duration of the media");
    } else if (whole && playlist.version < 3 && playlist.needed_version < 3) {
      findings.should(7, playlist.at(segment.line), segment.name() + " has an integer duration",
                      "EXT-X-VERSION 3 or above and durations with fractions");
    }
  }
}

void check_live_window(const Playlist& playlist, Findings& findings) {
  if (playlist.media_sequence > 0 && playlist.target && playlist.window() < 3 * *playlist.target) {
    findings.should(3, playlist.at(), "the window is " + seconds_text(playlist.window()) + " long",
                    "three target durations at least");
  }
  if (playlist.segments.size() + static_cast<std::size_t>(playlist.skipped) < kMinSegments &&
      playlist.media_sequence > 0) {
    findings.should(3, playlist.at(), "the window has " + std::to_string(playlist.segments.size()) + " segments",
                    "at least 6 segments");
  }
  if (playlist.type == "VOD") {
    findings.must(4, playlist.at(), "EXT-X-PLAYLIST-TYPE is VOD, but EXT-X-ENDLIST is missing",
                  "VOD only when nothing changes any more");
  } else if (playlist.type == "EVENT" && playlist.media_sequence > 0) {
    findings.should(4, playlist.at(), "EXT-X-PLAYLIST-TYPE is EVENT, but segments seem to have been removed",
                    "EVENT only when no segment is ever removed");
  }
  if (!playlist.has_discontinuity_sequence) {
    findings.should(5, playlist.at(), "EXT-X-DISCONTINUITY-SEQUENCE is missing", "EXT-X-DISCONTINUITY-SEQUENCE");
  }
}

void check_dates(const Playlist& playlist, Findings& findings) {
  bool any = false;
  for (const auto& segment : playlist.segments) any |= segment.date.has_value();
  if (!any) {
    if (playlist.live() && !playlist.segments.empty()) {
      findings.should(6, playlist.at(), "there is no EXT-X-PROGRAM-DATE-TIME",
                      "EXT-X-PROGRAM-DATE-TIME on the first segment of a live playlist");
    }
    return;
  }
  std::optional<Seconds> date;  // where the next segment starts if nothing is said
  Seconds rounding = kFrame;
  for (const auto& segment : playlist.segments) {
    const bool first = &segment == &playlist.segments.front();
    if (segment.discontinuity) date.reset();
    if ((first || segment.discontinuity) && !segment.date && playlist.skipped == 0) {
      findings.should(6, playlist.at(segment.line), segment.name() + " has no date of its own",
                      "EXT-X-PROGRAM-DATE-TIME on the first segment and after each discontinuity");
    }
    if (segment.date && date && std::abs((*segment.date - *date).count()) > rounding.count()) {
      findings.must(6, playlist.at(segment.date_line),
                    segment.name() + " is dated " + seconds_text(*segment.date - *date) + " from where it starts",
                    "dates that agree with the durations within one frame, or a discontinuity");
      date.reset();
    }
    if (!date && segment.date) {
      date = segment.date;
      rounding = kFrame;
    }
    if (date) *date += segment.duration;
    rounding += std::max(kRounding, segment.duration * kSlew);
  }
}

void check_maps(const Playlist& playlist, Findings& findings) {
  const Segment* before = nullptr;  // the last one with media: of a gap nothing is decoded
  bool discontinuity = false;       // since then
  for (const auto& segment : playlist.segments) {
    discontinuity = discontinuity || segment.discontinuity;
    if (segment.gap) continue;
    if (segment.map.url.empty() && is_fmp4(segment)) {
      findings.must(8, playlist.at(segment.line), segment.name() + " has no EXT-X-MAP",
                    "EXT-X-MAP before the first fMP4 segment");
    }
    if (before && !(before->map == segment.map) && !discontinuity) {
      findings.should(8, playlist.at(segment.map.line), "EXT-X-MAP changes at " + segment.name(),
                      "a discontinuity where the map changes");
    }
    before = &segment;
    discontinuity = false;
  }
}

}  // namespace

void check_media_playlist(const Playlist& playlist, Findings& findings) {
  check_durations(playlist, findings);
  if (!playlist.iframes_only) check_maps(playlist, findings);
  if (playlist.segments.empty() && playlist.skipped == 0 && playlist.open.parts.empty()) {
    findings.should(3, playlist.at(), "the playlist has no segments", "segments");
  }
  if (playlist.live()) check_live_window(playlist, findings);
  check_dates(playlist, findings);
}

}  // namespace grandstand::hlscheck
