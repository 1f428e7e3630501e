// SPDX-License-Identifier: MIT
#include "follow.hpp"

namespace grandstand::hls {
namespace {

// The latest place from which a decoder can begin.
void start_at_latest(const RenditionSnapshot& rendition, StreamCursor& cursor) {
  const auto try_segment = [&](const Segment& segment) {
    for (std::size_t part = segment.parts.size(); part-- > 0;) {
      if (!segment.parts[part].independent || !segment.parts[part].media) continue;
      cursor.sequence = segment.plan.sequence;
      cursor.part = part;
      return cursor.started = true;
    }
    if (!segment.parts.empty() || !segment.media || !segment.plan.independent) return false;
    cursor.sequence = segment.plan.sequence;
    cursor.part = 0;
    return cursor.started = true;
  };
  if (rendition.open && try_segment(*rendition.open)) return;
  const auto listed = rendition.segments->listed();
  for (auto segment = listed.rbegin(); segment != listed.rend(); ++segment) {
    if (try_segment(**segment)) return;
  }
}

void take(const Segment& segment, StreamCursor& cursor, std::vector<SharedBytes>& into) {
  if (segment.plan.sequence < cursor.sequence) return;
  if (segment.plan.sequence > cursor.sequence) {
    cursor.sequence = segment.plan.sequence;
    cursor.part = 0;
  }
  if (segment.parts.empty() && segment.media) into.push_back(segment.media->body);
  for (; cursor.part < segment.parts.size(); ++cursor.part) {
    if (const auto& media = segment.parts[cursor.part].media) into.push_back(media->body);
  }
  if (!segment.plan.end) return;
  ++cursor.sequence;
  cursor.part = 0;
}

}  // namespace

void follow_rendition(const RenditionSnapshot& rendition, StreamCursor& cursor, std::vector<SharedBytes>& into) {
  const auto& fetchable = rendition.segments->fetchable;
  if (cursor.started && !fetchable.empty() && cursor.sequence < fetchable.front()->plan.sequence) {
    cursor.started = false;
    ++cursor.skips;
  }
  if (!cursor.started) start_at_latest(rendition, cursor);
  if (!cursor.started) return;
  for (const auto& segment : fetchable) take(*segment, cursor, into);
  if (rendition.open) take(*rendition.open, cursor, into);
}

}  // namespace grandstand::hls
