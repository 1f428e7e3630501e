// SPDX-License-Identifier: MIT
#include "reload_rules.hpp"
#include "text.hpp"

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kMaxIdentities = 10'000;
constexpr std::size_t kMaxRemoved = 64;
constexpr double kSegmentPace = 1.5;  // target durations, bis 6.2.2
constexpr Seconds kPolling{0.5};      // how late a look can be
constexpr double kPartPace = 2;       // part target durations, a look in between included

std::string identity_of(const Segment& segment) {
  std::string text = segment.url;
  if (segment.range) text += "@" + std::to_string(segment.range->offset) + "+" + std::to_string(segment.range->length);
  text += " EXTINF " + seconds_text(segment.duration);
  if (segment.discontinuity) text += " discontinuity";  // its number is rule 13's
  text += " map " + segment.map.url;
  if (segment.map.range) text += "@" + std::to_string(segment.map.range->offset);
  text += " key " + segment.key;
  return text;
}

}  // namespace

void ReloadWatch::check_pace(const Playlist& playlist, SteadyTime now, Findings& findings) {
  const auto& before = *latest_;
  const auto target = playlist.target.value_or(Seconds(10));
  const bool grew = playlist.end_sequence() > before.end_sequence();
  const Seconds waited = now - last_segment_at_;
  // Only what was seen to be missing counts: nobody looked in between when it is there now.
  if (!grew && playlist.live() && pace_known_ && waited > kSegmentPace * target + kPolling) {
    findings.must(16, playlist.at(), "no new segment for more than " + seconds_text(kSegmentPace * target),
                  "a new segment within 1.5 target durations of the one before");
  }
  if (grew) {
    last_segment_at_ = now;
    pace_known_ = true;
  }
  const bool part = grew || playlist.open.parts.size() > before.open.parts.size();
  if (!part && playlist.low_latency() && playlist.live() && part_pace_known_ &&
      Seconds(now - last_part_at_) > kPartPace * *playlist.part_target + kPolling) {
    findings.should(16, playlist.at(), "no new part for more than " + seconds_text(*playlist.part_target),
                    "a new part within one part target duration of the one before");
  }
  if (part) {
    last_part_at_ = now;
    part_pace_known_ = true;
  }
}

void ReloadWatch::check_identities(const Playlist& playlist, Findings& findings) {
  for (const auto& segment : playlist.segments) {
    auto identity = identity_of(segment);
    const auto [known, added] = identities_.try_emplace(segment.sequence, Identity{identity, segment.url});
    if (!added && known->second.text != identity) {
      findings.must(14, playlist.at(segment.line),
                    segment.name() + " was '" + known->second.text + "', is '" + identity + "'",
                    "a segment that never changes under its media sequence number");
      known->second = {std::move(identity), segment.url};
    }
    const auto* before = latest_ ? latest_->segment(segment.sequence) : nullptr;
    if (before && before->date && segment.date && *before->date != *segment.date) {
      findings.must(14, playlist.at(segment.date_line),
                    segment.name() + ": its date moved by " + seconds_text(*segment.date - *before->date),
                    "a segment that keeps its date");
    }
  }
  while (identities_.size() > kMaxIdentities) identities_.erase(identities_.begin());
  for (const auto& tag : playlist.date_ranges) {
    const auto start = tag.attributes.text("START-DATE");
    if (start.empty() || range_starts_.size() > kMaxIdentities) continue;
    const auto [known, added] = range_starts_.try_emplace(tag.attributes.text("ID"), start);
    if (!added && known->second != start) {
      findings.must(19, playlist.at(tag.line),
                    "date range '" + known->first + "' moved from " + known->second + " to " + start,
                    "an ID that is never used for another range");
      known->second = start;
    }
  }
}

void ReloadWatch::note_removed(const Playlist& playlist, SteadyTime now) {
  const auto& before = *latest_;
  const auto later = [&](Seconds time, Removed removed) {
    if (removed_.size() < kMaxRemoved && !removed.url.empty()) {
      const auto kept = std::chrono::duration_cast<SteadyTime::duration>(time);
      removed_.push_back({now + kept / 2, seen_at_ + kept, std::move(removed)});
    }
  };
  for (const auto& segment : before.segments) {
    if (segment.sequence < playlist.media_sequence && !segment.gap) {
      later(segment.duration + longest_window_, Removed{segment.url, segment.range, 17});
    }
    const auto* still = playlist.segment(segment.sequence);
    const auto part = std::ranges::find(segment.parts, false, &Part::gap);
    if (still && still->parts.empty() && part != segment.parts.end()) {
      later(3 * playlist.target.value_or(Seconds(1)), Removed{part->url, part->range, 23});
    }
  }
}

std::vector<ReloadWatch::Removed> ReloadWatch::due(SteadyTime now) {
  std::vector<Removed> result;
  std::erase_if(removed_, [&](const Due& due) {
    if (due.at > now) return false;
    if (now < due.until) result.push_back(due.removed);
    return true;
  });
  return result;
}

void ReloadWatch::see(Playlist playlist, SteadyTime now, Findings& findings) {
  if (latest_) {
    check_reload(*latest_, playlist, findings);
    check_pace(playlist, now, findings);
  } else {
    last_segment_at_ = last_part_at_ = now;
  }
  check_identities(playlist, findings);
  if (latest_) note_removed(playlist, now);
  longest_window_ = std::max(longest_window_, playlist.window());
  ++versions_;
  seen_at_ = now;
  latest_ = std::move(playlist);
}

}  // namespace grandstand::hlscheck
