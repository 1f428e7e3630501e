// SPDX-License-Identifier: MIT
#include "snapshot_rules.hpp"
#include "text.hpp"

#include <cmath>

namespace grandstand::hlscheck {
namespace {

constexpr Seconds kFrame{1.0 / 24};
constexpr std::size_t kMaxCompared = 500;  // segments per playlist

struct Dated {
  Seconds start{0};
  const Segment* segment = nullptr;
};

// Segments with their dates, tagged or added up.
std::vector<Dated> dated(const Playlist& playlist) {
  std::vector<Dated> result;
  std::optional<Seconds> date;
  for (const auto& segment : playlist.segments) {
    if (segment.discontinuity) date.reset();
    if (segment.date) date = segment.date;
    if (!date) continue;
    result.push_back({*date, &segment});
    *date += segment.duration;
    if (result.size() >= kMaxCompared) break;
  }
  return result;
}

std::string control_of(const Playlist& playlist) {
  std::string text;
  if (!playlist.server_control) return text;
  for (const auto& attribute : playlist.server_control->attributes.all) {
    // Its part of PART-TARGET is each rendition's own.
    if (attribute.name != "PART-HOLD-BACK") text += attribute.name + "=" + attribute.value + ",";
  }
  return text;
}

// What both list of the same time must be cut and numbered alike.
void check_alignment(const Playlist& reference, const Playlist& other, Findings& findings) {
  const auto a = dated(reference);
  const auto b = dated(other);
  std::size_t i = 0;
  for (const auto& mine : b) {
    while (i + 1 < a.size() && a[i + 1].start <= mine.start + kFrame) ++i;
    if (i >= a.size() || a[i].start > mine.start + kFrame) continue;
    const auto& theirs = *a[i].segment;
    if (mine.start > a[i].start + theirs.duration - kFrame) continue;  // beyond what the other lists
    if (std::abs((mine.start - a[i].start).count()) > kFrame.count()) {
      findings.should(39, other.at(mine.segment->line),
                      mine.segment->name() + " starts " + seconds_text(mine.start - a[i].start) + " behind " +
                          theirs.name() + " of the first playlist",
                      "the same boundaries of segments, and dates, in all renditions");
    }
    if (mine.segment->discontinuity_sequence != theirs.discontinuity_sequence) {
      findings.must(39, other.at(mine.segment->line),
                    mine.segment->name() + " has the discontinuity number " +
                        std::to_string(mine.segment->discontinuity_sequence) + ", the first playlist " +
                        std::to_string(theirs.discontinuity_sequence),
                    "the same discontinuity numbers at the same time in all renditions");
    }
  }
  if (!a.empty() && !b.empty() && reference.live() &&
      (b.back().start > a.back().start + 3 * reference.target.value_or(Seconds(10)) ||
       a.back().start > b.back().start + 3 * reference.target.value_or(Seconds(10)))) {
    findings.must(39, other.at(),
                  "its dates are " + seconds_text(b.back().start - a.back().start) + " from the others'",
                  "the same mapping of media to dates in all renditions");
  }
}

}  // namespace

void check_renditions(const std::vector<const Playlist*>& playlists, Findings& findings) {
  const Playlist* reference = nullptr;
  for (const auto* playlist : playlists) {
    if (playlist->iframes_only || playlist->segments.empty()) continue;
    if (!reference) {
      reference = playlist;
      continue;
    }
    if (playlist->target != reference->target) {
      findings.must(39, playlist->at(), "EXT-X-TARGETDURATION is not that of the first playlist",
                    "the same target duration in all renditions");
    }
    if (control_of(*playlist) != control_of(*reference)) {
      findings.must(39, playlist->at(playlist->server_control ? playlist->server_control->line : 0),
                    "EXT-X-SERVER-CONTROL is not that of the first playlist",
                    "the same EXT-X-SERVER-CONTROL in all renditions");
    }
    check_alignment(*reference, *playlist, findings);
  }
}

}  // namespace grandstand::hlscheck
