// SPDX-License-Identifier: MIT
#include "snapshot_rules.hpp"
#include "text.hpp"

#include <set>

namespace grandstand::hlscheck {
namespace {

constexpr double kShortestPart = 0.85;     // of PART-TARGET
constexpr Seconds kDurationSlack{0.0015};  // what rounding to milliseconds does
constexpr Seconds kLongWindow{120};

void check_server_control(const Playlist& playlist, Findings& findings) {
  if (!playlist.server_control) {
    if (playlist.low_latency() && playlist.live()) {
      findings.must(20, playlist.at(), "EXT-X-PART-INF without EXT-X-SERVER-CONTROL",
                    "EXT-X-SERVER-CONTROL with PART-HOLD-BACK");
    }
    return;
  }
  const auto& control = *playlist.server_control;
  const auto place = playlist.at(control.line);
  const auto target = playlist.target.value_or(Seconds(0));
  const auto hold_back = control.attributes.decimal("HOLD-BACK");
  if (hold_back && Seconds(*hold_back) + kDurationSlack < 3 * target) {
    findings.must(20, place, "HOLD-BACK is " + seconds_text(Seconds(*hold_back)), "three target durations at least");
  }
  const auto skip = control.attributes.decimal("CAN-SKIP-UNTIL");
  if (skip && Seconds(*skip) + kDurationSlack < 6 * target) {
    findings.must(20, place, "CAN-SKIP-UNTIL is " + seconds_text(Seconds(*skip)), "six target durations at least");
  }
  if (control.attributes.has("CAN-SKIP-DATERANGES") && !skip) {
    findings.must(20, place, "CAN-SKIP-DATERANGES without CAN-SKIP-UNTIL", "both");
  }
  if (!playlist.low_latency()) return;
  const auto part_hold_back = control.attributes.decimal("PART-HOLD-BACK");
  if (!part_hold_back) {
    findings.must(20, place, "PART-HOLD-BACK is missing", "PART-HOLD-BACK in a playlist with parts");
  } else if (Seconds(*part_hold_back) + kDurationSlack < 2 * *playlist.part_target) {
    findings.must(20, place, "PART-HOLD-BACK is " + seconds_text(Seconds(*part_hold_back)),
                  "two part target durations at least");
  } else if (Seconds(*part_hold_back) + kDurationSlack < 3 * *playlist.part_target) {
    findings.should(20, place, "PART-HOLD-BACK is " + seconds_text(Seconds(*part_hold_back)),
                    "three part target durations at least");
  }
  if (!control.attributes.yes("CAN-BLOCK-RELOAD")) {
    findings.should(20, place, "parts without blocking reloads", "CAN-BLOCK-RELOAD=YES");
  }
  if (!skip && playlist.live() && playlist.window() > kLongWindow) {
    findings.should(31, place, "the window is " + seconds_text(playlist.window()) + " long, without delta updates",
                    "CAN-SKIP-UNTIL if the window is longer than two minutes");
  }
}

void check_parts(const Playlist& playlist, const Segment& segment, bool before_discontinuity, Findings& findings) {
  Seconds sum{0};
  const bool whole = !segment.url.empty();
  for (const auto& part : segment.parts) {
    const bool last = &part == &segment.parts.back();
    sum += part.duration;
    if (part.duration > *playlist.part_target + kDurationSlack) {
      findings.must(21, playlist.at(part.line), "a part of " + segment.name() + " lasts " + seconds_text(part.duration),
                    "parts of at most PART-TARGET");
    }
    // The last one listed of an unfinished segment may turn out to be the last of it.
    if (part.duration + kDurationSlack < kShortestPart * *playlist.part_target && !last && !before_discontinuity &&
        !part.gap) {
      findings.must(21, playlist.at(part.line), "a part of " + segment.name() + " lasts " + seconds_text(part.duration),
                    "parts of 85 % of PART-TARGET at least, but the last of a segment");
    }
  }
  const Seconds rounding = kDurationSlack * static_cast<double>(segment.parts.size() + 1);
  if (whole && !segment.parts.empty() && std::abs((sum - segment.duration).count()) > rounding.count()) {
    findings.must(21, playlist.at(segment.line),
                  "the parts of " + segment.name() + " last " + seconds_text(sum) + ", EXTINF is " +
                      seconds_text(segment.duration),
                  "parts that add up to their segment");
  }
}

void check_hints(const Playlist& playlist, Findings& findings) {
  std::set<std::string> types;
  bool part = false;
  for (const auto& hint : playlist.hints) {
    const auto type = hint.attributes.text("TYPE");
    part |= type == "PART";
    if (type != "PART" && type != "MAP") {
      findings.must(24, playlist.at(hint.line), "a preload hint of TYPE '" + type + "'", "TYPE of PART or MAP");
    }
    if (hint.url.empty()) findings.must(24, playlist.at(hint.line), "a preload hint without URI", "URI");
    if (!types.insert(type).second) {
      findings.must(24, playlist.at(hint.line), "two preload hints of TYPE " + type, "one preload hint of each TYPE");
    }
  }
  if (playlist.low_latency() && playlist.live() && !part) {
    findings.should(24, playlist.at(), "there is no preload hint", "EXT-X-PRELOAD-HINT with the next part");
  }
  if (playlist.ended && !playlist.hints.empty()) {
    findings.must(24, playlist.at(playlist.hints.front().line), "a preload hint behind the end",
                  "none after EXT-X-ENDLIST");
  }
}

}  // namespace

void check_low_latency_tags(const Playlist& playlist, Findings& findings) {
  check_server_control(playlist, findings);
  check_hints(playlist, findings);
  bool any_part = !playlist.open.parts.empty();
  for (const auto& segment : playlist.segments) any_part |= !segment.parts.empty();
  if (any_part && !playlist.low_latency()) {
    findings.must(20, playlist.at(), "parts without EXT-X-PART-INF", "EXT-X-PART-INF:PART-TARGET");
  }
  if (!playlist.low_latency()) return;
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    const bool last = i + 1 == playlist.segments.size();
    const auto& next = last ? playlist.open : playlist.segments[i + 1];
    check_parts(playlist, playlist.segments[i], next.discontinuity, findings);
  }
  check_parts(playlist, playlist.open, false, findings);
}

}  // namespace grandstand::hlscheck
