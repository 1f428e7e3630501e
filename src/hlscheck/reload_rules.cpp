// SPDX-License-Identifier: MIT
#include "reload_rules.hpp"

#include "text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace grandstand::hlscheck {
namespace {

bool same_range(const std::optional<ByteRange>& a, const std::optional<ByteRange>& b) {
  return a == b;
}

void check_constants(const Playlist& before, const Playlist& after, Findings& findings) {
  if (before.target != after.target) {
    findings.must(11, after.at(),
                  "EXT-X-TARGETDURATION changed from " + seconds_text(before.target.value_or(Seconds(0))) + " to " +
                      seconds_text(after.target.value_or(Seconds(0))),
                  "a target duration that never changes");
  }
  if (before.part_target != after.part_target && !after.ended) {
    findings.must(11, after.at(),
                  "PART-TARGET changed from " + seconds_text(before.part_target.value_or(Seconds(0))) + " to " +
                      seconds_text(after.part_target.value_or(Seconds(0))),
                  "a PART-TARGET that never changes");
  }
  if (before.ended && !after.ended) {
    findings.must(15, after.at(), "EXT-X-ENDLIST is gone again", "nothing changes after EXT-X-ENDLIST");
  }
  if (before.ended && after.end_sequence() != before.end_sequence()) {
    findings.must(15, after.at(), "segments came after EXT-X-ENDLIST", "nothing changes after EXT-X-ENDLIST");
  }
  if (before.version != after.version) {
    findings.should(15, after.at(), "EXT-X-VERSION changed", "one version for the life of the playlist");
  }
  if (before.type != after.type) {
    findings.must(15, after.at(), "EXT-X-PLAYLIST-TYPE changed", "only permitted edits (bis 6.2.1)");
  }
  if (before.independent_segments != after.independent_segments) {
    findings.must(15, after.at(), "EXT-X-INDEPENDENT-SEGMENTS came or went", "only permitted edits (bis 6.2.1)");
  }
}

void check_head(const Playlist& before, const Playlist& after, Findings& findings) {
  const auto removed = after.media_sequence - before.media_sequence;
  if (removed < 0) {
    findings.must(12, after.at(),
                  "EXT-X-MEDIA-SEQUENCE fell from " + std::to_string(before.media_sequence) + " to " +
                      std::to_string(after.media_sequence),
                  "a media sequence that never decreases");
    return;
  }
  // A URI that both list must have the same number in both.
  std::map<std::string, std::int64_t> numbers;
  const auto key = [](const Segment& segment) {
    return segment.url + (segment.range ? "@" + std::to_string(segment.range->offset) : "");
  };
  for (const auto& segment : before.segments) numbers.emplace(key(segment), segment.sequence);
  for (const auto& segment : after.segments) {
    const auto found = numbers.find(key(segment));
    if (found != numbers.end() && found->second != segment.sequence && !before.segment(segment.sequence)) {
      findings.must(12, after.at(segment.line),
                    "segment " + std::to_string(found->second) + " became " + segment.name(),
                    "a media sequence that rises by the number of segments removed");
    } else if (found != numbers.end() && found->second != segment.sequence &&
               key(*before.segment(segment.sequence)) != key(segment)) {
      findings.must(12, after.at(segment.line),
                    "segment " + std::to_string(found->second) + " became " + segment.name(),
                    "a media sequence that rises by the number of segments removed");
    }
  }
  if (removed == 0) {
    if (after.discontinuity_sequence != before.discontinuity_sequence) {
      findings.must(13, after.at(), "EXT-X-DISCONTINUITY-SEQUENCE changed, but no segment left",
                    "a discontinuity sequence that rises when a segment with a discontinuity leaves");
    }
    return;
  }
  if (!after.type.empty()) {
    findings.must(4, after.at(), "segments are removed from a playlist of type " + after.type,
                  "no EXT-X-PLAYLIST-TYPE when segments are removed");
  }
  if (after.live() && after.target && after.window() < 3 * *after.target && before.window() >= 3 * *after.target) {
    findings.must(3, after.at(), "segments were removed, and " + seconds_text(after.window()) + " are left",
                  "three target durations left when a segment is removed");
  }
  if (removed > static_cast<std::int64_t>(before.segments.size())) return;  // more went by than was seen
  const auto left = std::count_if(before.segments.begin(), before.segments.begin() + removed,
                                  [](const Segment& segment) { return segment.discontinuity; });
  if (after.discontinuity_sequence - before.discontinuity_sequence != left) {
    findings.must(13, after.at(),
                  "EXT-X-DISCONTINUITY-SEQUENCE rose by " +
                      std::to_string(after.discontinuity_sequence - before.discontinuity_sequence) + ", " +
                      std::to_string(left) + " segments with a discontinuity left",
                  "a discontinuity sequence that rises when a segment with a discontinuity leaves");
  }
}

void check_tail(const Playlist& before, const Playlist& after, Findings& findings) {
  if (after.end_sequence() < before.end_sequence() && after.media_sequence >= before.media_sequence) {
    findings.must(15, after.at(), "the last segments of the version before are gone",
                  "segments that leave only at the start of the playlist");
  }
}

// Rule 23: parts may go when they are three target durations from the end; rule 15: and nothing of them changes.
void check_parts(const Playlist& before, const Playlist& after, Findings& findings) {
  if (!after.low_latency() || !after.target || after.ended) return;
  Seconds from_end{0};
  for (const auto& part : after.open.parts) from_end += part.duration;
  for (auto segment = after.segments.rbegin(); segment != after.segments.rend(); ++segment) {
    const auto* old = before.segment(segment->sequence);
    const auto& old_parts = old                                         ? old->parts
                            : before.open.sequence == segment->sequence ? before.open.parts
                                                                        : segment->parts;
    if (from_end + segment->duration < 3 * *after.target && segment->parts.size() < old_parts.size()) {
      findings.must(23, after.at(segment->line),
                    "parts of " + segment->name() + " are gone, " + seconds_text(from_end) + " from the end",
                    "parts that are listed until they are three target durations from the end");
    }
    for (std::size_t i = 0; i < std::min(old_parts.size(), segment->parts.size()); ++i) {
      const auto& was = old_parts[i];
      const auto& is = segment->parts[i];
      if (old_parts.size() <= segment->parts.size() &&
          (was.url != is.url || !same_range(was.range, is.range) || was.duration != is.duration ||
           was.independent != is.independent)) {
        findings.must(15, after.at(is.line), "a part of " + segment->name() + " changed", "parts that never change");
      }
    }
    from_end += segment->duration;
  }
}

void check_ranges(const Playlist& before, const Playlist& after, Findings& findings) {
  std::optional<Seconds> first;
  if (!after.segments.empty()) first = after.segments.front().date;
  if (!first) return;
  for (const auto& tag : before.date_ranges) {
    const auto id = tag.attributes.text("ID");
    const bool there =
        std::ranges::any_of(after.date_ranges, [&](const Tag& other) { return other.attributes.text("ID") == id; });
    const auto start = parse_date(tag.attributes.text("START-DATE"));
    if (there || !start) continue;
    const auto end = parse_date(tag.attributes.text("END-DATE"));
    const auto duration = tag.attributes.decimal("DURATION");
    const Seconds until = end ? end->since_1970 : duration ? start->since_1970 + Seconds(*duration) : start->since_1970;
    if (until > *first) {
      findings.must(19, after.at(), "date range '" + id + "' is gone, its segments are not",
                    "date ranges that stay while a segment of theirs does");
    }
  }
}

bool same_control(const std::optional<Tag>& a, const std::optional<Tag>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::ranges::equal(a->attributes.all, b->attributes.all,
                            [](const auto& x, const auto& y) { return x.name == y.name && x.value == y.value; });
}

bool same_parts(const Segment& a, const Segment& b) {
  return std::ranges::equal(a.parts, b.parts, [](const Part& x, const Part& y) {
    return x.url == y.url && same_range(x.range, y.range) && x.duration == y.duration && x.gap == y.gap &&
           x.independent == y.independent;
  });
}

std::set<std::string> reported(const Playlist& playlist) {
  std::set<std::string> urls;
  for (const auto& report : playlist.reports) urls.insert(report.url);
  return urls;
}

// By ID the attributes of all tags with it, which belong together (bis 4.4.5.1).
std::map<std::string, std::map<std::string, std::string>> date_ranges_of(const Playlist& playlist) {
  std::map<std::string, std::map<std::string, std::string>> ranges;
  for (const auto& tag : playlist.date_ranges) {
    auto& attributes = ranges[tag.attributes.text("ID")];
    for (const auto& attribute : tag.attributes.all) attributes.emplace(attribute.name, attribute.value);
  }
  return ranges;
}

}  // namespace

void check_reload(const Playlist& before, const Playlist& after, Findings& findings) {
  check_constants(before, after, findings);
  check_head(before, after, findings);
  check_tail(before, after, findings);
  check_parts(before, after, findings);
  check_ranges(before, after, findings);
}

std::optional<Playlist> merge_delta(const Playlist& before, const Playlist& delta) {
  Playlist merged = delta;
  merged.skipped = 0;
  merged.skip.reset();
  std::vector<Segment> segments;
  for (std::int64_t i = 0; i < delta.skipped; ++i) {
    const auto* known = before.segment(delta.media_sequence + i);
    if (!known) return std::nullopt;
    segments.push_back(*known);
  }
  // What a delta cannot say of its own segments comes from before them.
  std::int64_t discontinuities =
      segments.empty() ? delta.discontinuity_sequence : segments.back().discontinuity_sequence;
  MapTag map = segments.empty() ? MapTag{} : segments.back().map;
  std::string key = segments.empty() ? std::string() : segments.back().key;
  for (auto segment : delta.segments) {
    if (segment.discontinuity) ++discontinuities;
    segment.discontinuity_sequence = discontinuities;
    if (segment.map.url.empty()) segment.map = map;
    if (segment.key.empty()) segment.key = key;
    segments.push_back(std::move(segment));
  }
  merged.segments = std::move(segments);
  // A delta may list one of several tags with an ID; what it says goes before what was known.
  const auto removed = "\t" + (delta.skip ? delta.skip->attributes.text("RECENTLY-REMOVED-DATERANGES") : "") + "\t";
  for (const auto& tag : before.date_ranges) {
    const auto id = tag.attributes.text("ID");
    if (removed.find("\t" + id + "\t") == std::string::npos) merged.date_ranges.push_back(tag);
  }
  return merged;
}

std::string difference(const Playlist& a, const Playlist& b) {
  if (a.media_sequence != b.media_sequence) return "EXT-X-MEDIA-SEQUENCE";
  if (a.discontinuity_sequence != b.discontinuity_sequence) return "EXT-X-DISCONTINUITY-SEQUENCE";
  if (a.target != b.target) return "EXT-X-TARGETDURATION";
  if (a.part_target != b.part_target) return "PART-TARGET";
  if (a.ended != b.ended) return "EXT-X-ENDLIST";
  if (a.type != b.type) return "EXT-X-PLAYLIST-TYPE";
  if (a.independent_segments != b.independent_segments) return "EXT-X-INDEPENDENT-SEGMENTS";
  if (!same_control(a.server_control, b.server_control)) return "EXT-X-SERVER-CONTROL";
  if (reported(a) != reported(b)) return "EXT-X-RENDITION-REPORT";
  if (a.segments.size() != b.segments.size()) return "the number of segments";
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    const auto& x = a.segments[i];
    const auto& y = b.segments[i];
    const auto of = " of " + x.name();
    if (x.url != y.url || !same_range(x.range, y.range)) return "the URI" + of;
    if (x.duration != y.duration) return "EXTINF" + of;
    if (x.discontinuity != y.discontinuity || x.discontinuity_sequence != y.discontinuity_sequence) {
      return "the discontinuity number" + of;
    }
    if (!(x.map == y.map)) return "EXT-X-MAP" + of;
    if (x.key != y.key) return "EXT-X-KEY" + of;
    if (x.gap != y.gap) return "EXT-X-GAP" + of;
    if (x.date != y.date) return "the date" + of;
    // Only the newest ones have parts, and how many do may change at any moment.
    if (i + 1 == a.segments.size() && !same_parts(x, y)) return "EXT-X-PART" + of;
  }
  return date_ranges_of(a) == date_ranges_of(b) ? "" : "the date ranges";
}

}  // namespace grandstand::hlscheck
